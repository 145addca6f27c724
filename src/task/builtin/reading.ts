/** Questions about a text, answered by a few words. */
import { type Family, means, named, version } from './family';

export const drop: Family = {
  folder: 'drop',
  files: [
    named({ description: 'DROP: questions about a passage that take counting, adding and sorting', source: 'https://allenai.org/data/drop', licence: 'CC BY-SA 4.0', columns: ['passage', 'question', 'answer', 'validated_answers'] }, String.raw`
task: drop
dataset_path: EleutherAI/drop
output_type: generate_until
training_split: train
validation_split: validation
process_docs: !function utils.process_docs
doc_to_text: "{{passage}} {{question}}"
doc_to_target: "{{ answer|join(',')}}"
target_delimiter: ""
process_results: !function utils.process_results
should_decontaminate: true
doc_to_decontamination_query: "{{passage}} {{question}}"
generation_kwargs:
  until:
    - "."`, means('em', 'f1'), version('3.0')),
  ],
};

export const coqa: Family = {
  folder: 'coqa',
  files: [
    named({ description: 'CoQA: the last question of a conversation about a text', source: 'https://arxiv.org/abs/1808.07042', licence: null, columns: ['id', 'source', 'story', 'questions', 'answers', 'additional_answers'] }, String.raw`
task: coqa
dataset_path: EleutherAI/coqa
output_type: generate_until
training_split: train
validation_split: validation
doc_to_text: !function utils.doc_to_text
doc_to_target: !function utils.doc_to_target
process_results: !function utils.process_results
should_decontaminate: true
doc_to_decontamination_query: "{{story}} {{question.input_text|join('\n')}}"
generation_kwargs:
  until:
    - "\nQ:"`, means('em', 'f1'), version('3.0')),
  ],
};

export const cnnDailymail: Family = {
  folder: 'cnn_dailymail',
  files: [
    named({ description: 'CNN/DailyMail: summaries of news articles', source: 'https://arxiv.org/abs/1506.03340', licence: 'Apache-2.0', columns: ['article', 'highlights', 'id'] }, String.raw`
task: cnn_dailymail_abisee
dataset_path: abisee/cnn_dailymail
dataset_name: "3.0.0"
output_type: generate_until
test_split: test
doc_to_text: "Summarize the following article:\n\n{{article}}\n\nSummary:"
doc_to_target: "{{highlights}}"
process_results: !function utils.process_results
generation_kwargs:
  max_gen_toks: 128
  do_sample: false
num_fewshot: 0`, means('rouge1', 'rouge2', 'rougeL', 'bertscore_precision', 'bertscore_recall', 'bertscore_f1'), `metadata:
  version: 1.0
  description: "CNN/DailyMail dataset for abstractive summarization"`),
  ],
};
