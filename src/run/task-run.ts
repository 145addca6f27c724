/**
 * One task while it runs: answers by document, the finished prefix of the random order, and the numbers so far.
 * Answers come from the model or from a journal; both go the same way, so a replay draws the same picture.
 */
import type { ScoreResponse } from '../model/language-model';
import type { MetricValue } from '../metrics/metric';
import type { PreparedDocument, PreparedTask } from '../task/prepared';

type DocumentState = { readonly answers: Map<string, ScoreResponse>; values: readonly MetricValue[] | null; tokens: number };

/** A document whose requests are all answered. */
export type FinishedDocument = { readonly prepared: PreparedDocument; readonly responses: readonly ScoreResponse[]; readonly values: readonly MetricValue[] };

export class TaskRun {
  private readonly states: DocumentState[];
  private prefix = 0;
  private finished = 0;
  private prefixTokens = 0;

  constructor(
    readonly task: PreparedTask,
    /** Document indices in the order they are asked. */
    readonly order: readonly number[],
  ) {
    this.states = task.documents.map(() => ({ answers: new Map(), values: null, tokens: 0 }));
  }

  get documentsDone(): number {
    return this.finished;
  }

  get isComplete(): boolean {
    return this.finished === this.order.length;
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
    const outcome = prepared.outcome(responses);
    const values = this.task.metrics.map(({ metric }) => metric.value(outcome));
    state.values = values;
    state.tokens = responses.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    this.finished++;
    this.advance();
    return { prepared, responses, values };
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

  /** Values of metric `column` over the finished prefix of the random order, and the tokens scored in it. */
  live(column: number): { readonly values: readonly MetricValue[]; readonly tokens: number } {
    const values = this.order.slice(0, this.prefix).map((index) => this.valueOf(index, column));
    return { values, tokens: this.prefixTokens };
  }

  /** Length of the finished prefix. */
  get prefixLength(): number {
    return this.prefix;
  }

  /** Values of metric `column` in document order. Only when complete. */
  values(column: number): MetricValue[] {
    return this.states.map((_, index) => this.valueOf(index, column));
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
    }
  }
}
