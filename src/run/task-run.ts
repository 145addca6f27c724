/**
 * One task while it runs: answers by document, the finished prefix of the random order, and the numbers so far.
 * A long text behind that prefix counts as far as it is read, so that one large document moves too; final numbers know no such thing.
 * Answers come from the model or from a journal; both go the same way, so a replay draws the same picture.
 */
import type { PartialScores, ScoreResponse } from '../model/language-model';
import type { MetricValue, Outcome } from '../metrics/metric';
import type { PreparedDocument, PreparedTask } from '../task/prepared';

type DocumentState = {
  readonly answers: Map<string, ScoreResponse>;
  values: readonly MetricValue[] | null;
  tokens: number;
  reading: Reading | null;
};

/** A long text of which the first tokens are scored. */
type Reading = { readonly take: (piece: PartialScores) => Outcome; values: readonly MetricValue[]; tokens: number };

/** A document whose requests are all answered. */
export type FinishedDocument = { readonly prepared: PreparedDocument; readonly responses: readonly ScoreResponse[]; readonly values: readonly MetricValue[] };

export class TaskRun {
  private readonly states: DocumentState[];
  private prefix = 0;
  private finished = 0;
  private prefixTokens = 0;
  private changes = 0;
  private notNumbers = 0;

  constructor(
    readonly task: PreparedTask,
    /** Document indices in the order they are asked. */
    readonly order: readonly number[],
  ) {
    this.states = task.documents.map(() => ({ answers: new Map(), values: null, tokens: 0, reading: null }));
  }

  get documentsDone(): number {
    return this.finished;
  }

  get isComplete(): boolean {
    return this.finished === this.order.length;
  }

  /** Finished documents with a log-likelihood that is no number. */
  get documentsWithoutNumber(): number {
    return this.notNumbers;
  }

  isFinished(index: number): boolean {
    return this.state(index).values !== null;
  }

  /** Takes an answer. Returns the document when this was its last open request. Throws what the task's outcome throws. */
  answer(prepared: PreparedDocument, response: ScoreResponse): FinishedDocument | null {
    const state = this.state(prepared.index);
    state.answers.set(response.id, response);
    if (state.values !== null || state.answers.size < prepared.requests.length) return null;
    const responses = this.responsesOf(prepared);
    const values = this.valuesOf(prepared.outcome(responses));
    state.values = values;
    state.reading = null;
    if (responses.some(({ logLikelihood }) => Number.isNaN(logLikelihood))) this.notNumbers++;
    state.tokens = responses.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    this.finished++;
    this.advance();
    return { prepared, responses, values };
  }

  /** Takes the next scores of a document that has no whole answer yet. */
  read(prepared: PreparedDocument, piece: PartialScores): void {
    const state = this.state(prepared.index);
    if (state.values !== null || prepared.partialOutcome === undefined) return;
    state.reading ??= { take: prepared.partialOutcome(), values: [], tokens: 0 };
    state.reading.values = this.valuesOf(state.reading.take(piece));
    state.reading.tokens += piece.tokenLogprobs.length;
    if (this.order[this.prefix] === prepared.index) this.changes++;
  }

  /** Answers in the order of the document's requests. */
  responsesOf(prepared: PreparedDocument): ScoreResponse[] {
    const { answers } = this.state(prepared.index);
    return prepared.requests.map(({ id }) => {
      const response = answers.get(id);
      if (response === undefined) throw new Error(`unanswered request ${id}`);
      return response;
    });
  }

  isAnswered(index: number, id: string): boolean {
    return this.state(index).answers.has(id);
  }

  /** Values of metric `column` over the finished prefix of the random order, of what is read of the next document, and the tokens scored in both. */
  live(column: number): { readonly values: readonly MetricValue[]; readonly partial: MetricValue | null; readonly tokens: number } {
    const values = this.order.slice(0, this.prefix).map((index) => this.valueOf(index, column));
    const next = this.order[this.prefix];
    const reading = next === undefined ? null : this.state(next).reading;
    return { values, partial: reading?.values[column] ?? null, tokens: this.prefixTokens + (reading?.tokens ?? 0) };
  }

  /** Goes up whenever `live` has something new to say. */
  get liveChanges(): number {
    return this.changes;
  }

  /** Length of the finished prefix. */
  get prefixLength(): number {
    return this.prefix;
  }

  /** Values of metric `column` in document order. Only when complete. */
  values(column: number): MetricValue[] {
    return this.states.map((_, index) => this.valueOf(index, column));
  }

  private valuesOf(outcome: Outcome): MetricValue[] {
    return this.task.metrics.map(({ metric }) => metric.value(outcome));
  }

  private valueOf(index: number, column: number): MetricValue {
    const value = this.state(index).values?.[column];
    if (value === undefined) throw new Error(`document ${index} of ${this.task.name} is not finished`);
    return value;
  }

  private state(index: number): DocumentState {
    const state = this.states[index];
    if (state === undefined) throw new RangeError(`document ${index} of ${this.task.name}`);
    return state;
  }

  private advance(): void {
    for (let next = this.order[this.prefix]; next !== undefined && this.isFinished(next); next = this.order[this.prefix]) {
      this.prefixTokens += this.state(next).tokens;
      this.prefix++;
      this.changes++;
    }
  }
}
