/**
 * One task while it runs: documents as they are answered, the finished prefix of the random order, and the numbers so far.
 * A long text behind that prefix counts as far as it is read, so that one large document moves too; final numbers know no such thing.
 * Documents come from the model or from a journal; both go the same way, so a replay draws the same picture. Nothing here grows
 * with a document but its packed values, its hash and its place in the journal.
 */
import type { Outcome } from '../metrics/metric';
import type { MetricValue } from '../metrics/score';
import { aggregationOf } from '../metrics/aggregations/registry';
import type { RunningScore } from '../metrics/aggregations/running-score';
import { ScoreColumn } from '../metrics/score-column';
import type { ScorePiece } from '../model/request';
import type { PreparedDocument } from '../task/prepared';
import type { AnsweredDocument } from './answered-document';
import { DocumentHashes } from './document-hashes';
import type { LinePlace } from './lines-at';
import type { TaskFacts } from './plan';

/** A long text of which the first tokens are scored. */
export type Reading = { readonly id: string; tokens: number; logLikelihood: number; greedy: boolean; notANumber: boolean };

/** What is read of a text so far, as values: for running numbers. */
type Partial = { readonly take: (piece: ScorePiece) => Outcome; readonly toValues: (outcome: Outcome) => readonly MetricValue[]; values: readonly MetricValue[]; tokens: number };

export class TaskRun {
  readonly columns: readonly ScoreColumn[];
  readonly hashes: DocumentHashes;
  /** Over the finished prefix of the random order, one a metric. */
  readonly running: readonly RunningScore[];
  private readonly finished: Uint8Array;
  private readonly characters: Uint32Array;
  private readonly tokens: Uint32Array;
  private readonly offsets: Float64Array;
  private readonly lengths: Uint32Array;
  private readonly readings = new Map<number, Reading>();
  private readonly partials = new Map<number, Partial>();
  private done = 0;
  private prefix = 0;
  private prefixTokens = 0;
  private changes = 0;
  private nan = 0;
  private goldless = 0;

  constructor(
    readonly facts: TaskFacts,
    /** Document indices in the order they are asked. */
    readonly order: readonly number[],
  ) {
    const n = order.length;
    this.columns = facts.metrics.map(() => new ScoreColumn(n));
    this.running = facts.metrics.map(({ aggregation }) => aggregationOf(aggregation).running());
    this.hashes = new DocumentHashes(n);
    this.finished = new Uint8Array(n);
    this.characters = new Uint32Array(n);
    this.tokens = new Uint32Array(n);
    this.offsets = new Float64Array(n);
    this.lengths = new Uint32Array(n);
  }

  get documentsDone(): number {
    return this.done;
  }

  get isComplete(): boolean {
    return this.done === this.order.length;
  }

  /** Finished documents with a log-likelihood that is no number. */
  get documentsWithoutNumber(): number {
    return this.nan;
  }

  /** Finished documents whose answer is not among their choices. */
  get documentsWithoutGold(): number {
    return this.goldless;
  }

  isFinished(index: number): boolean {
    return this.finished[index] === 1;
  }

  charactersOf(index: number): number {
    return this.characters[index] ?? 0;
  }

  /** Where the journal keeps what is known of a finished document. */
  placeOf(index: number): LinePlace {
    return { offset: this.offsets[index] ?? 0, length: this.lengths[index] ?? 0 };
  }

  /** Takes a document; one that is known already changes nothing. */
  add({ index, hash, values, tokens, characters, lacksGold, notANumber }: AnsweredDocument, place: LinePlace): void {
    if (index >= this.order.length || this.isFinished(index)) return;
    for (const [column, scores] of this.columns.entries()) {
      const value = values[column];
      if (value === undefined) throw new RangeError(`${this.facts.name}: document ${index} has no value for metric ${column}`);
      scores.set(index, value);
    }
    this.hashes.set(index, hash);
    this.finished[index] = 1;
    this.characters[index] = characters;
    this.tokens[index] = tokens;
    this.offsets[index] = place.offset;
    this.lengths[index] = place.length;
    if (notANumber) this.nan++;
    if (lacksGold) this.goldless++;
    this.readings.delete(index);
    this.partials.delete(index);
    this.done++;
    this.advance();
  }

  /** Counts the next scores of a text that has no whole answer yet. A piece that is known already, or does not follow the last, changes nothing. */
  read(index: number, piece: ScorePiece): boolean {
    if (this.isFinished(index)) return false;
    const reading = this.readings.get(index) ?? { id: piece.id, tokens: 0, logLikelihood: 0, greedy: true, notANumber: false };
    if (piece.from !== reading.tokens) return false;
    this.readings.set(index, reading);
    reading.tokens += piece.tokenLogprobs.length;
    for (const logprob of piece.tokenLogprobs) reading.logLikelihood += logprob;
    reading.greedy &&= piece.tokenGreedy.every(Boolean);
    reading.notANumber ||= Number.isNaN(reading.logLikelihood);
    return true;
  }

  /** Shows what is read of a text: its part moves the running value while the text is next in the order. */
  show(prepared: PreparedDocument, piece: ScorePiece, toValues: (outcome: Outcome) => readonly MetricValue[]): void {
    if (prepared.partialOutcome === undefined || this.isFinished(prepared.index)) return;
    let partial = this.partials.get(prepared.index);
    // After a resume the beginning may not be there to count words in; then the whole text says its number.
    if (partial === undefined && piece.from > 0) return;
    partial ??= { take: prepared.partialOutcome(), toValues, values: [], tokens: 0 };
    this.partials.set(prepared.index, partial);
    partial.values = partial.toValues(partial.take(piece));
    partial.tokens += piece.tokenLogprobs.length;
    if (this.order[this.prefix] === prepared.index) this.changes++;
  }

  /** What is known of a text that is read in pieces; null where nothing is. */
  readingOf(index: number): Reading | null {
    return this.readings.get(index) ?? null;
  }

  /** Tokens of a request that are scored already. */
  readUpTo(index: number, id: string): number {
    const reading = this.readings.get(index);
    return reading?.id === id ? reading.tokens : 0;
  }

  /** Tokens scored in the prefix, and in what is read of the next document. */
  get liveTokens(): number {
    return this.prefixTokens + (this.next?.tokens ?? 0);
  }

  /** The value of metric `column` of what is read of the next document. */
  partialOf(column: number): MetricValue | null {
    return this.next?.values[column] ?? null;
  }

  /** Goes up whenever live numbers have something new to say. */
  get liveChanges(): number {
    return this.changes;
  }

  /** Length of the finished prefix. */
  get prefixLength(): number {
    return this.prefix;
  }

  private get next(): Partial | null {
    const index = this.order[this.prefix];
    return index === undefined ? null : (this.partials.get(index) ?? null);
  }

  private advance(): void {
    for (let next = this.order[this.prefix]; next !== undefined && this.isFinished(next); next = this.order[this.prefix]) {
      for (const [column, running] of this.running.entries()) {
        const value = this.columns[column]?.get(next);
        if (value !== undefined) running.add(value);
      }
      this.prefixTokens += this.tokens[next] ?? 0;
      this.prefix++;
      this.changes++;
    }
  }
}
