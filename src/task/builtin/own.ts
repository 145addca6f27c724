/** Benchmarks for which the harness has no task of its own: the prompts are Assay's, and their numbers compare with each other only. */
import { type Facts, type Family, named } from './family';

const OWN = 'The prompt is Assay’s own.';

const ROUGE = 'metric_list:\n  - { metric: rouge1, use_stemmer: true }\n  - { metric: rouge2, use_stemmer: true }\n  - { metric: rougeL, use_stemmer: true }';

function summaries(facts: Facts, head: string, prompt: string): ReturnType<typeof named> {
  return named(facts, head, String.raw`
output_type: generate_until
training_split: train
validation_split: validation
test_split: test
doc_to_text: "${prompt}"
doc_to_target: "{{summary}}"
generation_kwargs:
  until: ["\n\n"]
  max_gen_toks: 128
  do_sample: false`, ROUGE, 'metadata:\n  version: 1.0');
}

export const own: Family = {
  folder: 'assay',
  files: [
    named({ description: `SQuAD 1.1: questions about a paragraph of Wikipedia. ${OWN}`, source: 'https://arxiv.org/abs/1606.05250', licence: 'CC BY-SA 4.0', columns: ['id', 'title', 'context', 'question', 'answers'] }, String.raw`
task: squad
dataset_path: rajpurkar/squad
dataset_name: plain_text
output_type: generate_until
training_split: train
validation_split: validation
doc_to_text: "Title: {{title}}\n\nBackground: {{context}}\n\nQuestion: {{question}}\n\nAnswer:"
doc_to_target: "{{answers.text}}"
generation_kwargs:
  until: ["\n"]
  do_sample: false
metric_list:
  - { metric: squad_exact, version: 1 }
  - { metric: squad_f1, version: 1 }
metadata:
  version: 1.0`),
    summaries({ description: `XSum: news articles in one sentence. ${OWN}`, source: 'https://arxiv.org/abs/1808.08745', licence: null, columns: ['document', 'summary', 'id'] }, 'task: xsum\ndataset_path: EdinburghNLP/xsum', String.raw`Summarize the following article in one sentence:\n\n{{document}}\n\nSummary:`),
    summaries({ description: `SAMSum: summaries of conversations by messages. ${OWN}`, source: 'https://arxiv.org/abs/1911.12237', licence: 'CC BY-NC-ND 4.0', columns: ['id', 'dialogue', 'summary'] }, 'task: samsum\ndataset_path: knkarthick/samsum', String.raw`Summarize the following dialogue:\n\n{{dialogue}}\n\nSummary:`),
  ],
};
