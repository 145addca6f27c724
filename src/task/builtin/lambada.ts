import { type BuiltInFile, type Facts, type Family, named } from './family';

const facts = (licence: string | null, ...columns: readonly string[]): Facts => ({ description: 'LAMBADA: the last word of a passage from a novel, which only the whole passage gives away', source: 'https://arxiv.org/abs/1606.06031', licence, columns });

function task(about: Facts, ...head: readonly string[]): BuiltInFile {
  return named(about, 'tag:\n  - lambada', ...head, String.raw`
output_type: loglikelihood
test_split: test
doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
doc_to_target: "{{' '+text.split(' ')[-1]}}"
should_decontaminate: true
doc_to_decontamination_query: "{{text}}"
metric_list:
  - metric: perplexity
    aggregation: perplexity
    higher_is_better: false
  - metric: acc
    aggregation: mean
    higher_is_better: true
metadata:
  version: 1.0`);
}

export const lambada: Family = {
  folder: 'lambada',
  files: [
    task(facts(null, 'text'), 'task: lambada_openai\ndataset_path: EleutherAI/lambada_openai\ndataset_name: default'),
    task(facts('CC BY 4.0', 'text', 'domain'), 'task: lambada_standard\ndataset_path: cimec/lambada\ndataset_name: null\nvalidation_split: validation'),
  ],
};
