/** The values of one metric by document, packed: 8 bytes for each number of a value, whatever the order they come in. */
import { type Score, scoreOf, type Value } from './score';

/** Documents a column begins with where their number is not known. */
const FEWEST = 64;

export class ScoreColumn {
  private kind: Score['kind'] | null = null;
  /** The numbers a value is made of, one kind after the other: a number; gold and prediction; counts. */
  private lanes: Float64Array[] = [];
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
    if (this.kind === 'number' && value.kind === 'number' && this.odd.size === 0 && index < this.filled.length) {
      const [lane] = this.lanes;
      if (lane !== undefined) return this.setNumber(lane, index, value.value);
    }
    const score = scoreOf(value);
    const parts = partsOf(score);
    if (this.kind === null) {
      this.kind = score.kind;
      this.lanes = Array.from({ length: parts?.length ?? 2 }, () => new Float64Array(0));
    }
    this.makeRoom(index);
    if (this.filled[index] === 0) this.count++;
    this.filled[index] = 1;
    if (parts === null || score.kind !== this.kind || parts.length !== this.lanes.length) {
      this.odd.set(index, score);
      return;
    }
    this.odd.delete(index);
    for (const [place, lane] of this.lanes.entries()) lane[index] = parts[place] ?? NaN;
  }

  /** The usual case, of which there are millions. */
  private setNumber(lane: Float64Array, index: number, value: number): void {
    if (index >= this.documents) this.documents = index + 1;
    if (this.filled[index] === 0) this.count++;
    this.filled[index] = 1;
    lane[index] = value;
  }

  /** Throws RangeError where the document has none. */
  get(index: number): Score {
    if (!this.has(index)) throw new RangeError(`document ${index} has no value`);
    const odd = this.odd.get(index);
    if (odd !== undefined) return odd;
    const [first = NaN, second = NaN] = [this.lanes[0]?.[index], this.lanes[1]?.[index]];
    switch (this.kind) {
      case 'pair':
        return { kind: 'pair', gold: first, prediction: second };
      case 'weighted':
        return { kind: 'weighted', logLikelihood: first, weight: second };
      case 'squared-error':
        return { kind: 'squared-error', squaredError: first, classes: second };
      case 'counts':
        return { kind: 'counts', counts: this.lanes.map((lane) => lane[index] ?? NaN) };
      default:
        return { kind: 'number', value: first };
    }
  }

  /** All numbers in document order, not copied. null where a document has none. */
  numbers(): Float64Array | null {
    return this.all('number')?.[0] ?? null;
  }

  /** One gold and one prediction a document, not copied; null where a document has several golds or none. */
  pairs(): Pairs | null {
    const [golds, predictions] = this.all('pair') ?? [];
    return golds === undefined || predictions === undefined ? null : { golds, predictions };
  }

  /** Not copied; null where a document has no weight. */
  weighted(): Weighted | null {
    const [logLikelihoods, weights] = this.all('weighted') ?? [];
    return logLikelihoods === undefined || weights === undefined ? null : { logLikelihoods, weights };
  }

  /** Squared errors and the number of classes each is over, not copied; null where a document has none. */
  squaredErrors(): SquaredErrors | null {
    const [errors, classes] = this.all('squared-error') ?? [];
    return errors === undefined || classes === undefined ? null : { errors, classes };
  }

  /** `width` counts a document, one kind after the other, not copied; null where a document has others. */
  counts(width: number): readonly Float64Array[] | null {
    const lanes = this.all('counts');
    return lanes?.length === width ? lanes : null;
  }

  /** The documents at `indices` as a column of their own, in that order. Throws RangeError where one has no value. */
  at(indices: Uint32Array): ScoreColumn {
    const part = new ScoreColumn(indices.length);
    part.kind = this.kind;
    part.filled = picked(this.filled, indices, new Uint8Array(indices.length));
    const missing = part.filled.indexOf(0);
    if (missing !== -1) throw new RangeError(`document ${indices[missing] ?? ''} has no value`);
    part.count = indices.length;
    part.lanes = this.lanes.map((lane) => picked(lane, indices, new Float64Array(indices.length)));
    if (this.odd.size > 0) {
      for (const [place, index] of indices.entries()) {
        const odd = this.odd.get(index);
        if (odd !== undefined) part.odd.set(place, odd);
      }
    }
    return part;
  }

  private all(kind: Score['kind']): Float64Array[] | null {
    if (this.kind !== kind || this.odd.size > 0 || !this.isWhole) return null;
    return this.lanes.map((lane) => lane.subarray(0, this.documents));
  }

  private makeRoom(index: number): void {
    if (index >= this.documents) this.documents = index + 1;
    if (index < this.filled.length) return;
    const room = Math.max(this.documents, FEWEST, 2 * this.filled.length);
    this.filled = grown(this.filled, new Uint8Array(room));
    this.lanes = this.lanes.map((lane) => grown(lane, new Float64Array(room)));
  }
}

export type Pairs = { readonly golds: Float64Array; readonly predictions: Float64Array };
export type Weighted = { readonly logLikelihoods: Float64Array; readonly weights: Float64Array };
export type SquaredErrors = { readonly errors: Float64Array; readonly classes: Float64Array };

/** null where there are several golds. */
function partsOf(score: Score): readonly number[] | null {
  switch (score.kind) {
    case 'number':
      return [score.value];
    case 'pair':
      return typeof score.gold === 'number' ? [score.gold, score.prediction] : null;
    case 'weighted':
      return [score.logLikelihood, score.weight];
    case 'squared-error':
      return [score.squaredError, score.classes];
    case 'counts':
      return score.counts;
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
