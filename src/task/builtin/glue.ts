import { type BuiltInFile, type Facts, type Family, named } from './family';

const PAGE = 'https://gluebenchmark.com/';

const facts = (description: string, ...columns: readonly string[]): Facts => ({ description, source: PAGE, licence: null, columns: [...columns, 'label', 'idx'] });

/** A task of GLUE: its own keys between those that all of them have. */
function task(about: Facts, config: string, keys: string, options: { readonly metrics?: readonly string[]; readonly version?: string } = {}): BuiltInFile {
  const { metrics = ['acc'], version = '1.0' } = options;
  return named(about, String.raw`
tag: glue
task: ${config}
dataset_path: nyu-mll/glue
dataset_name: ${config}
output_type: multiple_choice
training_split: train
validation_split: validation`, keys, String.raw`
doc_to_target: label
metric_list:
${metrics.map((metric) => `  - metric: ${metric}`).join('\n')}
metadata:
  version: ${version}`);
}

const group = named(facts('General Language Understanding Evaluation: eight benchmarks of its nine, on their validation splits. STS-B is missing: lm-evaluation-harness has no prompt for it. Its score is the mean of the eight, as the benchmark takes it: a task with two metrics counts by their mean.'), `
group: glue
task: [cola, sst2, mrpc, qqp, mnli, mnli_mismatch, qnli, rte, wnli]
aggregate_metric_list:
  - metric: glue_score
    mean_of: [{cola: mcc}, {sst2: acc}, {mrpc: [acc, f1]}, {qqp: [acc, f1]}, {mnli: acc, mnli_mismatch: acc}, {qnli: acc}, {rte: acc}, {wnli: acc}]`);

/** Two validation splits of one benchmark. */
function mnli(name: string, split: string): BuiltInFile {
  const about = facts(`MNLI: does a sentence follow from another, contradict it, or neither? Validation split ${split}`, 'premise', 'hypothesis');
  return { ...named(about, String.raw`
tag: glue
task: ${name}
dataset_path: nyu-mll/glue
dataset_name: mnli
output_type: multiple_choice
training_split: train
validation_split: validation_${split}
doc_to_text: !function utils.doc_to_text
doc_to_target: label
doc_to_choice: ["True", "Neither", "False"]
metric_list:
  - metric: acc
metadata:
  version: 1.0`), folder: 'mnli' };
}

export const glue: Family = {
  folder: 'glue',
  files: [
    group,
    mnli('mnli', 'matched'),
    mnli('mnli_mismatch', 'mismatched'),
    task(facts('CoLA: is a sentence grammatical?', 'sentence'), 'cola', String.raw`
doc_to_text: "{{sentence}}\nQuestion: Does this sentence make sense?\nAnswer:"
doc_to_choice: ["no", "yes"]
should_decontaminate: true
doc_to_decontamination_query: sentence`, { metrics: ['mcc'] }),
    task(facts('SST-2: is the sentence of a film review positive or negative?', 'sentence'), 'sst2', String.raw`
doc_to_text: "{{sentence}}\nQuestion: Is this sentence positive or negative?\nAnswer:"
doc_to_choice: ["negative", "positive"]`),
    task(facts('MRPC: do two sentences from the news mean the same?', 'sentence1', 'sentence2'), 'mrpc', String.raw`
doc_to_text: "Sentence 1: {{sentence1}}\nSentence 2: {{sentence2}}\nQuestion: Do both sentences mean the same thing?\nAnswer:"
doc_to_choice: ["no", "yes"]`, { metrics: ['acc', 'f1'] }),
    task(facts('QQP: do two questions of Quora ask the same?', 'question1', 'question2'), 'qqp', String.raw`
doc_to_text: "Question 1: {{question1}}\nQuestion 2: {{question2}}\nQuestion: Do both questions ask the same thing?\nAnswer:"
doc_to_choice: ["no", "yes"]`, { metrics: ['acc', 'f1'], version: '2.0' }),
    task(facts('QNLI: does a sentence answer a question?', 'question', 'sentence'), 'qnli', String.raw`
doc_to_text: "{{question}}\n{{sentence}}\nQuestion: Does this response answer the question?\nAnswer:"
doc_to_choice: ["yes", "no"]`),
    task(facts('RTE: does one text follow from another?', 'sentence1', 'sentence2'), 'rte', String.raw`
doc_to_text: "{{sentence1}}\nQuestion: {{sentence2}} True or False?\nAnswer:"
doc_to_choice: ["True", "False"]`),
    task(facts('WNLI: does a sentence with its pronoun replaced follow from it?', 'sentence1', 'sentence2'), 'wnli', String.raw`
doc_to_text: "{{sentence1}}\nQuestion: {{sentence2}} True or False?\nAnswer:"
doc_to_choice: ["False", "True"]`, { version: '2.0' }),
  ],
};
