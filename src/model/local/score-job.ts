import { AssayError } from '../../protocol/errors';
import type { ScoreEvent, ScoreRequest } from '../language-model';
import { Answer } from './answer';
import { planBatches, type PlannedBatch } from './batches';
import { Channel } from './channel';
import { encodeRequests, type EncodingRules } from './encode';
import type { BatchScores } from './model-process';
import { RunningText } from './running-text';

/** One call of `score`: a block of requests on its way from text to answers. */
export class ScoreJob {
  readonly events: Channel<ScoreEvent>;
  private batches: PlannedBatch[] = [];
  private answers: Answer[] = [];
  /** Of the answers that come in several windows. */
  private readonly runningTexts = new Map<Answer, RunningText>();
  private unanswered = 0;
  private tokens = 0;
  private open = true;

  constructor(
    private readonly requests: readonly ScoreRequest[],
    private readonly answered: ReadonlySet<string>,
    abandoned: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.events = new Channel(abandoned);
  }

  /** Still somebody's: neither finished nor failed nor left. */
  get isOpen(): boolean {
    return this.open;
  }

  /** Encodes and plans. Requests that need no model are answered here. */
  async prepare(rules: EncodingRules): Promise<void> {
    const { encoded, failures } = await encodeRequests(this.requests, rules);
    if (!this.open) return;
    this.events.push(...failures.filter(({ id }) => !this.answered.has(id)).map((failure) => ({ type: 'failure', failure }) as const));
    this.answers = encoded.map((request) => new Answer(request, this.answered.has(request.request.id)));
    const isAsked = ({ parts }: PlannedBatch): boolean => parts.some(({ request }) => this.answers[request]?.isWanted);
    this.batches = planBatches(encoded).filter(isAsked);
    for (const answer of this.answers.filter(({ isWanted }) => isWanted)) {
      const { request, sequences } = answer.encoded;
      if (request.kind === 'loglikelihood_rolling' && sequences.length > 1) this.runningTexts.set(answer, new RunningText(request, answer, rules, this.now));
    }
    this.unanswered = this.answers.filter(({ isWanted }) => isWanted).length;
    this.answers.filter(({ isComplete }) => isComplete).forEach((answer) => this.settle(answer));
    this.endIfDone();
  }

  /** The next batch to run. */
  next(): PlannedBatch | undefined {
    if (!this.open) return undefined;
    const batch = this.batches.shift();
    for (const answer of batch === undefined ? [] : this.answersOf(batch)) this.runningTexts.get(answer)?.begin();
    return batch;
  }

  take(batch: PlannedBatch, scores: BatchScores): void {
    if (!this.open) return;
    this.tokens += scores.tokens;
    this.events.push({ type: 'progress', tokens: this.tokens });
    for (const { request, first, indices } of batch.parts) {
      const answer = this.answers[request];
      if (answer === undefined) continue;
      answer.fill(first, indices, scores);
      if (answer.isComplete) this.settle(answer);
    }
    for (const answer of this.answersOf(batch)) void this.tell(answer);
    this.endIfDone();
  }

  fail(error: AssayError): void {
    this.leave();
    this.events.fail(error);
  }

  /** Nobody reads the events any more. */
  leave(): void {
    this.open = false;
    this.batches = [];
  }

  private answersOf({ parts }: PlannedBatch): Set<Answer> {
    return new Set(parts.flatMap(({ request }) => this.answers[request] ?? []));
  }

  /** Says how far a long text is read. What is decoded when the answer is there already is not said any more. */
  private async tell(answer: Answer): Promise<void> {
    const text = this.runningTexts.get(answer);
    if (text === undefined || answer.isComplete) return;
    try {
      const partial = await text.next();
      if (partial !== null && this.open && !answer.isComplete) this.events.push({ type: 'partial', partial });
    } catch (error) {
      this.fail(AssayError.from(error));
    }
  }

  private settle(answer: Answer): void {
    if (!answer.isWanted) return;
    this.unanswered--;
    this.events.push({ type: 'response', response: answer.response() });
  }

  private endIfDone(): void {
    if (this.unanswered > 0) return;
    this.leave();
    this.events.end();
  }
}
