import { type BuiltInFile, type Facts, type Family, named } from './family';

const PAGE = 'https://super.gluebenchmark.com/';

const facts = (description: string, ...columns: readonly string[]): Facts => ({ description, source: PAGE, licence: null, columns });

/** Averaged over documents, or by a function of the benchmark's own. */
const ACC = 'metric_list:\n  - metric: acc';

function task(about: Facts, name: string, config: string, version: string, keys: string, metrics = ACC): BuiltInFile {
  const file = named(about, String.raw`
tag:
  - super-glue-lm-eval-v1
task: ${name}
dataset_path: aps/super_glue
dataset_name: ${config}
output_type: multiple_choice
training_split: train
validation_split: validation`, keys, metrics, `metadata:\n  version: ${version}`);
  return { ...file, folder: config === 'wsc.fixed' ? 'wsc' : config };
}

const group = named(facts('SuperGLUE: its eight benchmarks, on their validation splits. Its score is their mean, a task with two metrics by the mean of them; MultiRC counts by its accuracy, where the benchmark takes F1 and exact match.'), `
group: super_glue
task: [boolq, cb, copa, multirc, record, sglue_rte, wic, wsc]
aggregate_metric_list:
  - metric: super_glue_score
    mean_of: [{boolq: acc}, {cb: [acc, f1]}, {copa: acc}, {multirc: acc}, {record: [f1, em]}, {sglue_rte: acc}, {wic: acc}, {wsc: acc}]`);

export const superGlue: Family = {
  folder: 'super_glue',
  files: [
    group,
    task(facts('BoolQ: yes or no, from a passage', 'question', 'passage', 'idx', 'label'), 'boolq', 'boolq', '2.0', String.raw`
doc_to_text: "{{passage}}\nQuestion: {{question}}?\nAnswer:"
doc_to_target: label
doc_to_choice: ["no", "yes"]
should_decontaminate: true
doc_to_decontamination_query: passage`),
    task(facts('MultiRC: is an answer to a question about a paragraph correct?', 'paragraph', 'question', 'answer', 'idx', 'label'), 'multirc', 'multirc', '2.0', String.raw`
doc_to_text: "{{paragraph}}\nQuestion: {{question}}\nAnswer:"
doc_to_target: label
doc_to_choice: "['''{{answer}}\\nIs the answer correct? yes''', '''{{answer}}\\nIs the answer correct? no''']"`),
    task(facts('RTE: does one text follow from another?', 'premise', 'hypothesis', 'idx', 'label'), 'sglue_rte', 'rte', '0.0', String.raw`
doc_to_text: "{{premise}}\nQuestion: {{hypothesis}} True or False?\nAnswer:"
doc_to_target: label
doc_to_choice: ['True', 'False']`),
    task(facts('WiC: does a word mean the same in two sentences?', 'word', 'sentence1', 'sentence2', 'start1', 'start2', 'end1', 'end2', 'idx', 'label'), 'wic', 'wic', '1.0', String.raw`
doc_to_text: "Sentence 1: {{sentence1}}\nSentence 2: {{sentence2}}\nQuestion: Is the word '{{sentence1[start1:end1]}}' used in the same way in the two sentences above?\nAnswer:"
doc_to_target: label
doc_to_choice: ['no', 'yes']`),
    task(facts('CB: does a text entail what it embeds, contradict it, or neither?', 'premise', 'hypothesis', 'idx', 'label'), 'cb', 'cb', '1.0', String.raw`
doc_to_text: "{{premise}}\nQuestion: {{hypothesis}}. True, False, or Neither?\nAnswer:"
doc_to_target: label
doc_to_choice: ['True', 'False', 'Neither']`, 'metric_list:\n  - metric: acc\n  - metric: f1\n    aggregation: !function "aggregate.cb_multi_fi"'),
    task(facts('COPA: which of two is the cause or the effect of what happened?', 'premise', 'choice1', 'choice2', 'question', 'idx', 'label'), 'copa', 'copa', '1.0', String.raw`
doc_to_text: !function utils.doc_to_text
doc_to_target: !function utils.doc_to_target
doc_to_choice: !function utils.doc_to_choice`),
    task(facts('ReCoRD: which name fits the gap in a sentence about a news text?', 'passage', 'query', 'entities', 'answers', 'idx'), 'record', 'record', '2.0', String.raw`
doc_to_text: !function util.doc_to_text
doc_to_target: !function util.doc_to_target
doc_to_choice: !function util.doc_to_choice
process_docs: !function util.process_docs
process_results: !function util.process_results`, 'metric_list:\n  - metric: f1\n    aggregation: mean\n  - metric: em\n    higher_is_better: True\n    aggregation: mean'),
    task(facts('WSC: whom does a pronoun mean?', 'text', 'span1_index', 'span2_index', 'span1_text', 'span2_text', 'idx', 'label'), 'wsc', 'wsc.fixed', '1.0', String.raw`
doc_to_text: !function preprocess_wsc.default_doc_to_text
doc_to_target: label
doc_to_choice: ['no', 'yes']`),
  ],
};
