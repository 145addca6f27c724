/** The values of one metric by document, packed: 8 bytes a number, 16 a pair of numbers, whatever the order they come in. */
import { type Score, scoreOf, type Value } from './score';

/** Documents a column begins with where their number is not known. */
const FEWEST = 64;

export class ScoreColumn {
  private kind: Score['kind'] | null = null;
  /** Number, gold, squared error or log-likelihood. */
  private first = new Float64Array(0);
  /** Prediction, classes or weight; nothing for plain numbers. */
  private second = new Float64Array(0);
  private filled = new Uint8Array(0);
  /** What does not pack: several golds, and values of another kind than the column's. */
  private readonly odd = new Map<number, Score>();
  private documents: number;
  private count = 0;

  /** Room for `documents` is taken with the first value; more come by themselves. */
  constructor(documents = 0) {
    this.documents = documents;
  }

  /** Documents there are: those that were announced, or up to the last one with a value. */
  get length(): number {
    return this.documents;
  }

  /** Every document has its value. */
  get isWhole(): boolean {
    return this.count === this.documents;
  }

  has(index: number): boolean {
    return this.filled[index] === 1;
  }

  /** Replaces an earlier value of the document. */
  set(index: number, value: Value): void {
    const score = scoreOf(value);
    this.kind ??= score.kind;
    this.makeRoom(index);
    if (this.filled[index] === 0) this.count++;
    this.filled[index] = 1;
    const packed = score.kind === this.kind ? partsOf(score) : null;
    if (packed === null) {
      this.odd.set(index, score);
      return;
    }
    this.odd.delete(index);
    this.first[index] = packed[0];
    if (packed.length === 2) this.second[index] = packed[1];
  }

  /** Throws RangeError where the document has none. */
  get(index: number): Score {
    if (!this.has(index)) throw new RangeError(`document ${index} has no value`);
    const odd = this.odd.get(index);
    if (odd !== undefined) return odd;
    const [first, second] = [this.first[index] ?? NaN, this.second[index] ?? NaN];
    switch (this.kind) {
      case 'pair':
        return { kind: 'pair', gold: first, prediction: second };
      case 'weighted':
        return { kind: 'weighted', logLikelihood: first, weight: second };
      case 'squared-error':
        return { kind: 'squared-error', squaredError: first, classes: second };
      default:
        return { kind: 'number', value: first };
    }
  }

  /** All numbers in document order, not copied. null where a document has none. */
  numbers(): Float64Array | null {
    return this.isAll('number') ? this.first.subarray(0, this.documents) : null;
  }

  /** One gold and one prediction a document, not copied; null where a document has several golds or none. */
  pairs(): Pairs | null {
    return this.isAll('pair') ? { golds: this.first.subarray(0, this.documents), predictions: this.second.subarray(0, this.documents) } : null;
  }

  /** Not copied; null where a document has no weight. */
  weighted(): Weighted | null {
    if (!this.isAll('weighted')) return null;
    return { logLikelihoods: this.first.subarray(0, this.documents), weights: this.second.subarray(0, this.documents) };
  }

  /** Squared errors and the number of classes each is over, not copied; null where a document has none. */
  squaredErrors(): SquaredErrors | null {
    if (!this.isAll('squared-error')) return null;
    return { errors: this.first.subarray(0, this.documents), classes: this.second.subarray(0, this.documents) };
  }

  /** The documents at `indices` as a column of their own, in that order. Throws RangeError where one has no value. */
  at(indices: Uint32Array): ScoreColumn {
    const part = new ScoreColumn(indices.length);
    part.kind = this.kind;
    part.filled = picked(this.filled, indices, new Uint8Array(indices.length));
    const missing = part.filled.indexOf(0);
    if (missing !== -1) throw new RangeError(`document ${indices[missing] ?? ''} has no value`);
    part.count = indices.length;
    part.first = picked(this.first, indices, new Float64Array(indices.length));
    if (this.second.length > 0) part.second = picked(this.second, indices, new Float64Array(indices.length));
    if (this.odd.size > 0) {
      for (const [place, index] of indices.entries()) {
        const odd = this.odd.get(index);
        if (odd !== undefined) part.odd.set(place, odd);
      }
    }
    return part;
  }

  private isAll(kind: Score['kind']): boolean {
    return this.kind === kind && this.odd.size === 0 && this.isWhole;
  }

  private makeRoom(index: number): void {
    if (index >= this.documents) this.documents = index + 1;
    if (index < this.filled.length) return;
    const room = Math.max(this.documents, FEWEST, 2 * this.filled.length);
    this.filled = grown(this.filled, new Uint8Array(room));
    this.first = grown(this.first, new Float64Array(room));
    if (this.kind !== 'number') this.second = grown(this.second, new Float64Array(room));
  }
}

export type Pairs = { readonly golds: Float64Array; readonly predictions: Float64Array };
export type Weighted = { readonly logLikelihoods: Float64Array; readonly weights: Float64Array };
export type SquaredErrors = { readonly errors: Float64Array; readonly classes: Float64Array };

/** null where there are several golds. */
function partsOf(score: Score): readonly [number] | readonly [number, number] | null {
  switch (score.kind) {
    case 'number':
      return [score.value];
    case 'pair':
      return typeof score.gold === 'number' ? [score.gold, score.prediction] : null;
    case 'weighted':
      return [score.logLikelihood, score.weight];
    case 'squared-error':
      return [score.squaredError, score.classes];
  }
}

function grown<T extends Uint8Array | Float64Array>(old: T, room: T): T {
  room.set(old);
  return room;
}

function picked<T extends Uint8Array | Float64Array>(from: T, indices: Uint32Array, into: T): T {
  for (let i = 0; i < indices.length; i++) into[i] = from[indices[i] ?? 0] ?? 0;
  return into;
}
