/** Task definitions for tests, as reading a task file would give them. */
import type { TaskDefinition } from '../../src/config/definition';
import type { TaskContext } from '../../src/task/prepared';
import { rowsInMemory } from '../../src/dataset/rows-in-memory';
import type { Doc } from '../../src/python/value';

export type Fields = Partial<Omit<TaskDefinition, 'fewshot' | 'metrics'>> & { readonly fewshot?: Partial<TaskDefinition['fewshot']>; readonly metrics?: readonly string[] };

export function definition({ fewshot, metrics, ...fields }: Fields): TaskDefinition {
  return {
    kind: 'task',
    task: 'example',
    alias: null,
    tags: [],
    outputType: 'multiple_choice',
    dataset: { path: 'json', name: null, dataFiles: null, kwargs: {}, base: '.' },
    training_split: null,
    validation_split: null,
    test_split: null,
    doc_to_text: '',
    doc_to_target: '',
    doc_to_choice: null,
    description: '',
    target_delimiter: ' ',
    fewshot_delimiter: '\n\n',
    gen_prefix: null,
    num_fewshot: null,
    filters: null,
    generation_kwargs: null,
    repeats: 1,
    metadata: new Map(),
    rolling: null,
    process_docs: null,
    process_results: null,
    file: null,
    raw: new Map(),
    ...fields,
    fewshot: {
      sampler: 'default', split: null, samples: null, process_docs: null, doc_to_text: null, doc_to_target: null, doc_to_choice: null,
      gen_prefix: null, fewshot_delimiter: null, target_delimiter: null, ...fewshot,
    },
    metrics: metrics?.map((metric) => ({ metric, aggregation: null, higherIsBetter: null, options: {} })) ?? null,
  };
}

export function context(splits: Readonly<Record<string, readonly Doc[]>>, options: Partial<Omit<TaskContext, 'rows' | 'signal'>> = {}): TaskContext {
  return {
    rows: (split, limit) => {
      const rows = splits[split] ?? [];
      const first = rowsInMemory(limit === null ? rows : rows.slice(0, limit));
      return Promise.resolve({ ...first, available: rows.length, digest: split });
    },
    signal: new AbortController().signal,
    numFewshot: 0,
    limit: null,
    seed: 1234,
    systemInstruction: null,
    chat: null,
    ...options,
  };
}
