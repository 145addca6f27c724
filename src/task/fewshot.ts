import type { TaskDefinition } from '../config/definition';
import { AssayError } from '../protocol/errors';
import { equals } from '../python/compare';
import { PyRandom } from '../python/random';
import type { Doc } from '../python/value';
import type { TaskContext } from './prepared';

/** The rows examples are taken from (lm-evaluation-harness 0.4.13, few-shot pool): the first of these that the task has. */
export async function fewshotPool(definition: TaskDefinition, context: TaskContext): Promise<readonly Doc[]> {
  const { fewshot, training_split, validation_split, test_split } = definition;
  if (fewshot.split !== null) return context.rows(fewshot.split);
  if (fewshot.samples !== null) return fewshot.samples.map((sample) => new Map(sample));
  const split = training_split ?? validation_split ?? test_split;
  return split === null ? [] : context.rows(split);
}

/**
 * The examples of every document, drawn in document order from one generator, so that a document's examples
 * depend on the documents before it and not on how many come after.
 * A document is kept out of its own examples when the few-shot split is the test split; in the harness two
 * that are not set count as the same, and then one more is drawn than needed.
 */
export function drawExamples(definition: TaskDefinition, pool: readonly Doc[], documents: readonly Doc[], count: number, seed: number): (readonly Doc[])[] {
  if (count === 0) return documents.map(() => []);
  const excludesItself = definition.fewshot.split === definition.test_split;
  if (definition.fewshot.sampler === 'first_n') return documents.map((doc) => firstExamples(definition, pool, excludesItself ? doc : null, count));
  const random = new PyRandom(seed);
  return documents.map((doc) => {
    const drawn = sample(definition, random, pool, excludesItself ? count + 1 : count);
    if (!excludesItself) return drawn;
    const others = drawn.filter((row) => !equals(row, doc)).slice(0, count);
    if (others.length === count) return others;
    return sample(definition, random, pool.filter((row) => !equals(row, doc)), count);
  });
}

function firstExamples(definition: TaskDefinition, pool: readonly Doc[], excluded: Doc | null, count: number): Doc[] {
  const examples: Doc[] = [];
  for (const row of pool) {
    if (examples.length === count) break;
    if (excluded === null || !equals(row, excluded)) examples.push(row);
  }
  if (examples.length < count) throw tooFew(definition, examples.length, count);
  return examples;
}

function sample(definition: TaskDefinition, random: PyRandom, pool: readonly Doc[], count: number): Doc[] {
  if (count > pool.length) throw tooFew(definition, pool.length, count);
  return random.sample(pool, count);
}

function tooFew({ task, file }: TaskDefinition, available: number, needed: number): AssayError {
  return new AssayError('too-few-examples', { task, available, needed }, file === null ? {} : { file });
}
