import { AssayError } from '../../protocol/errors';
import type { ScoreEvent, ScoreRequest } from '../request';
import { Answer } from './answer';
import type { BatchJob, BatchProcess } from './batch-queue';
import { planBatches, type PlannedBatch } from './batches';
import { Channel } from './channel';
import { encodeRequests, type EncodingRules } from './encode';
import { LongText } from './long-text';
import type { BatchScores } from './model-process';

/** One call of `score`: a block of requests on its way from text to answers. */
export class ScoreJob implements BatchJob {
  readonly events: Channel<ScoreEvent>;
  private batches: PlannedBatch[] = [];
  private answers: Answer[] = [];
  private longTexts: LongText[] = [];
  /** Which long text a batch on its way is of. */
  private readonly ofText = new Map<PlannedBatch, LongText>();
  private readonly telling = new Set<LongText>();
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

  get isOpen(): boolean {
    return this.open;
  }

  /** Encodes and plans, runs of `budget` tokens. Requests that need no model are answered here. */
  async prepare(rules: EncodingRules, budget: number): Promise<void> {
    const { encoded, longTexts, failures } = await encodeRequests(this.requests, rules, () => this.open);
    if (!this.open) return;
    this.events.push(...failures.filter(({ id }) => !this.answered.has(id)).map((failure) => ({ type: 'failure', failure }) as const));
    this.answers = encoded.map((request) => new Answer(request, this.answered.has(request.request.id)));
    const isAsked = ({ parts }: PlannedBatch): boolean => parts.some(({ request }) => this.answers[request]?.isWanted);
    this.batches = planBatches(encoded, budget).filter(isAsked);
    this.longTexts = longTexts.filter(({ request }) => !this.answered.has(request.id)).map(({ request, windows }) => new LongText(request, windows, rules, budget, this.now));
    this.unanswered = this.answers.filter(({ isWanted }) => isWanted).length + this.longTexts.length;
    for (const text of this.longTexts.filter(({ isTold }) => isTold)) void this.tell(text);
    this.answers.filter(({ isComplete }) => isComplete).forEach((answer) => this.settle(answer));
    this.endIfDone();
  }

  start(process: BatchProcess): Promise<void> | undefined {
    const batch = this.next();
    return batch && process.score(batch.rows, batch.prefix).then((scores) => this.take(batch, scores));
  }

  /** The next batch to run: long texts first, as they are read. */
  next(): PlannedBatch | undefined {
    if (!this.open) return undefined;
    for (const text of this.longTexts) {
      const batch = text.nextBatch();
      if (batch === undefined) continue;
      this.ofText.set(batch, text);
      return batch;
    }
    return this.batches.shift();
  }

  take(batch: PlannedBatch, scores: BatchScores): void {
    if (!this.open) return;
    this.tokens += scores.tokens;
    this.events.push({ type: 'progress', tokens: this.tokens });
    const text = this.ofText.get(batch);
    if (text !== undefined) {
      this.ofText.delete(batch);
      text.take(batch, scores);
      void this.tell(text);
      return;
    }
    for (const { request, first, indices } of batch.parts) {
      const answer = this.answers[request];
      if (answer === undefined) continue;
      answer.fill(first, indices, scores);
      if (answer.isComplete) this.settle(answer);
    }
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
    this.longTexts = [];
  }

  /** Tells what is scored of a long text, and its response when all is told. */
  private async tell(text: LongText): Promise<void> {
    if (this.telling.has(text)) return;
    this.telling.add(text);
    try {
      while (this.open && text.isDue) {
        const piece = await text.nextPiece();
        if (piece !== null && this.open) this.events.push({ type: 'piece', piece });
      }
      if (!this.open || !text.isTold) return;
      this.longTexts = this.longTexts.filter((other) => other !== text);
      this.unanswered--;
      this.events.push({ type: 'response', response: text.response() });
      this.endIfDone();
    } catch (error) {
      this.fail(AssayError.from(error));
    } finally {
      this.telling.delete(text);
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
