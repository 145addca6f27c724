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

export const glue: Family = {
  folder: 'glue',
  files: [
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
