/** Questions that are answered from memory, by a few words. */
import { type Family, named } from './family';

const GENERATION = String.raw`
generation_kwargs:
  until:
    - "\n"
    - "."
    - ","
  do_sample: false
  temperature: 0.0
filter_list:
  - name: remove_whitespace
    filter:
      - function: remove_whitespace
      - function: take_first
target_delimiter: " "
metric_list:
  - metric: exact_match
    aggregation: mean
    higher_is_better: true
    ignore_case: true
    ignore_punctuation: true`;

export const triviaQa: Family = {
  folder: 'triviaqa',
  files: [
    named({ description: 'TriviaQA: trivia questions without a text to look them up in', source: 'https://arxiv.org/abs/1705.03551', licence: null, columns: ['question', 'question_id', 'question_source', 'entity_pages', 'search_results', 'answer'] }, String.raw`
task: triviaqa
dataset_path: mandarjoshi/trivia_qa
dataset_name: rc.nocontext
output_type: generate_until
training_split: train
validation_split: validation
doc_to_text: "Question: {{question}}?\nAnswer:"
doc_to_target: "{{answer.aliases}}"
should_decontaminate: true
doc_to_decontamination_query: question`, GENERATION, 'metadata:\n  version: 3.0'),
  ],
};

export const nqOpen: Family = {
  folder: 'nq_open',
  files: [
    named({ description: 'NQ-Open: questions people asked a search engine', source: 'https://aclanthology.org/P19-1612/', licence: 'CC BY-SA 3.0', columns: ['question', 'answer'] }, String.raw`
task: nq_open
dataset_path: google-research-datasets/nq_open
output_type: generate_until
training_split: train
validation_split: validation
description: "Answer these questions:\n\n"
doc_to_text: "Q: {{question}}?\nA:"
doc_to_target: "{{answer}}"
fewshot_delimiter: "\n"`, GENERATION, String.raw`
    regexes_to_ignore:
    - "\\b(?:The |the |An |A |The |a |an )"
metadata:
  version: 4.0`),
  ],
};
