import type { TaskDefinition } from '../config/definition';
import { PythonHook } from '../config/python-hook';
import type { Rows } from '../dataset/rows';
import { rowsInMemory } from '../dataset/rows-in-memory';
import { AssayError } from '../protocol/errors';
import { equals } from '../python/compare';
import { PyRandom } from '../python/random';
import type { Doc } from '../python/value';
import { hookFor } from './hooks/uses';
import type { TaskContext } from './prepared';
import { processedRows } from './processed-rows';

/** A document's examples, by its index. */
export type Examples = (index: number) => readonly Doc[];

export const noExamples: Examples = () => [];

/** The rows examples are taken from (lm-evaluation-harness 0.4.13, few-shot pool): the first of these that the task has. */
export async function fewshotPool(definition: TaskDefinition, context: TaskContext): Promise<Rows> {
  const { fewshot, training_split, validation_split, test_split } = definition;
  const { samples } = fewshot;
  if (fewshot.split === null && samples !== null) return rowsInMemory((samples instanceof PythonHook ? hookFor(samples, 'samples').samples : samples).map((sample) => new Map(sample)));
  const split = fewshot.split ?? training_split ?? validation_split ?? test_split;
  // Of the task's own splits the rows are what they are when it is evaluated.
  const docs = fewshot.split === null ? definition.process_docs : fewshot.process_docs;
  return split === null ? rowsInMemory([]) : processedRows(docs, context, split, null);
}

/** Documents between two looks at the clock and the signal. */
const DRAWN_AT_ONCE = 2_000;

/**
 * The examples of every document, drawn in document order from one generator, so that a document's examples
 * depend on the documents before it and not on how many come after. Only their places in the pool are kept.
 * A document is kept out of its own examples when the few-shot split is the test split; in the harness two
 * that are not set count as the same, and then one more is drawn than needed.
 */
export async function drawExamples(
  definition: TaskDefinition,
  pool: Rows,
  documents: Rows,
  count: number,
  { seed, signal }: Pick<TaskContext, 'seed' | 'signal'>,
): Promise<Examples> {
  const draw = new Draw(definition, pool, count, seed);
  const places = new Uint32Array(documents.length * count);
  for (let index = 0; index < documents.length; index++) {
    places.set(draw.next(() => documents.at(index)), index * count);
    if (index % DRAWN_AT_ONCE !== DRAWN_AT_ONCE - 1) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new AssayError('cancelled');
  }
  return (index) => Array.from(places.subarray(index * count, (index + 1) * count), (place) => pool.at(place));
}

class Draw {
  private readonly random: PyRandom;
  private readonly excludesItself: boolean;
  private readonly all: readonly number[];

  constructor(
    private readonly definition: TaskDefinition,
    private readonly pool: Rows,
    private readonly count: number,
    seed: number,
  ) {
    this.random = new PyRandom(seed);
    this.excludesItself = definition.fewshot.split === definition.test_split;
    this.all = Array.from({ length: pool.length }, (_, place) => place);
  }

  /** Places of the next document's examples. Throws `too-few-examples`. */
  next(document: () => Doc): readonly number[] {
    const { count } = this;
    const isOther = this.excludesItself ? otherThan(document(), this.pool) : () => true;
    if (this.definition.fewshot.sampler === 'first_n') return this.first(isOther);
    const drawn = this.sample(this.all, this.excludesItself ? count + 1 : count);
    if (!this.excludesItself) return drawn;
    const others = drawn.filter(isOther).slice(0, count);
    return others.length === count ? others : this.sample(this.all.filter(isOther), count);
  }

  private first(isOther: (place: number) => boolean): readonly number[] {
    const found: number[] = [];
    for (let place = 0; place < this.pool.length && found.length < this.count; place++) if (isOther(place)) found.push(place);
    if (found.length < this.count) throw this.tooFew(found.length, this.count);
    return found;
  }

  private sample(places: readonly number[], needed: number): readonly number[] {
    if (needed > places.length) throw this.tooFew(places.length, needed);
    return this.random.sample(places, needed);
  }

  private tooFew(available: number, needed: number): AssayError {
    const { task, file } = this.definition;
    return new AssayError('too-few-examples', { task, available, needed }, file === null ? {} : { file });
  }
}

function otherThan(document: Doc, pool: Rows): (place: number) => boolean {
  return (place) => !equals(pool.at(place), document);
}
