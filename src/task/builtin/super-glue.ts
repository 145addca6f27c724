import { type BuiltInFile, type Facts, type Family, named } from './family';

const PAGE = 'https://super.gluebenchmark.com/';

const facts = (description: string, ...columns: readonly string[]): Facts => ({ description, source: PAGE, licence: null, columns });

function task(about: Facts, name: string, config: string, version: string, keys: string): BuiltInFile {
  return named(about, String.raw`
tag:
  - super-glue-lm-eval-v1
task: ${name}
dataset_path: aps/super_glue
dataset_name: ${config}
output_type: multiple_choice
training_split: train
validation_split: validation`, keys, String.raw`
doc_to_target: label
metric_list:
  - metric: acc
metadata:
  version: ${version}`);
}

export const superGlue: Family = {
  folder: 'super_glue',
  files: [
    task(facts('BoolQ: yes or no, from a passage', 'question', 'passage', 'idx', 'label'), 'boolq', 'boolq', '2.0', String.raw`
doc_to_text: "{{passage}}\nQuestion: {{question}}?\nAnswer:"
doc_to_choice: ["no", "yes"]
should_decontaminate: true
doc_to_decontamination_query: passage`),
    task(facts('MultiRC: is an answer to a question about a paragraph correct?', 'paragraph', 'question', 'answer', 'idx', 'label'), 'multirc', 'multirc', '2.0', String.raw`
doc_to_text: "{{paragraph}}\nQuestion: {{question}}\nAnswer:"
doc_to_choice: "['''{{answer}}\\nIs the answer correct? yes''', '''{{answer}}\\nIs the answer correct? no''']"`),
    task(facts('RTE: does one text follow from another?', 'premise', 'hypothesis', 'idx', 'label'), 'sglue_rte', 'rte', '0.0', String.raw`
doc_to_text: "{{premise}}\nQuestion: {{hypothesis}} True or False?\nAnswer:"
doc_to_choice: ['True', 'False']`),
    task(facts('WiC: does a word mean the same in two sentences?', 'word', 'sentence1', 'sentence2', 'start1', 'start2', 'end1', 'end2', 'idx', 'label'), 'wic', 'wic', '1.0', String.raw`
doc_to_text: "Sentence 1: {{sentence1}}\nSentence 2: {{sentence2}}\nQuestion: Is the word '{{sentence1[start1:end1]}}' used in the same way in the two sentences above?\nAnswer:"
doc_to_choice: ['no', 'yes']`),
  ],
};
