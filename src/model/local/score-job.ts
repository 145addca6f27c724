import { AssayError } from '../../protocol/errors';
import type { ScoreEvent, ScoreRequest, ScoreResponse } from '../language-model';
import { planBatches, type PlannedBatch } from './batches';
import { Channel } from './channel';
import { encodeRequests, type EncodedRequest, type EncodingRules } from './encode';
import type { BatchScores } from './model-process';

/** One call of `score`: a block of requests on its way from text to answers. */
export class ScoreJob {
  readonly events: Channel<ScoreEvent>;
  private batches: PlannedBatch[] = [];
  private answers: Answer[] = [];
  private unanswered = 0;
  private tokens = 0;
  private open = true;

  constructor(
    private readonly requests: readonly ScoreRequest[],
    private readonly answered: ReadonlySet<string>,
    abandoned: () => void,
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
    this.unanswered = this.answers.filter(({ isWanted }) => isWanted).length;
    this.answers.filter(({ isComplete }) => isComplete).forEach((answer) => this.settle(answer));
    this.endIfDone();
  }

  /** The next batch to run. */
  next(): PlannedBatch | undefined {
    return this.open ? this.batches.shift() : undefined;
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

/** The scores of one request as they come in, window by window. */
class Answer {
  private readonly tokenIds: readonly number[];
  private readonly logprobs: number[];
  private readonly greedy: boolean[];
  private missing: number;

  constructor(
    private readonly encoded: EncodedRequest,
    private readonly isAnswered: boolean,
  ) {
    this.tokenIds = encoded.sequences.flatMap(({ targets }) => targets);
    this.logprobs = this.tokenIds.map(() => 0);
    this.greedy = this.tokenIds.map(() => false);
    this.missing = this.tokenIds.length;
  }

  get isWanted(): boolean {
    return !this.isAnswered;
  }

  get isComplete(): boolean {
    return this.missing === 0;
  }

  fill(first: number, indices: Int32Array, scores: BatchScores): void {
    indices.forEach((index, k) => {
      const logprob = scores.logprobs[index];
      if (logprob === undefined) throw new AssayError('internal', { message: `the model process sent ${scores.logprobs.length} scores, wanted number ${index}` });
      this.logprobs[first + k] = logprob;
      this.greedy[first + k] = scores.greedy[index] === 1;
    });
    this.missing -= indices.length;
  }

  response(): ScoreResponse {
    const { request, truncated } = this.encoded;
    return {
      kind: request.kind,
      id: request.id,
      logLikelihood: this.logprobs.reduce((sum, logprob) => sum + logprob, 0),
      greedy: this.greedy.every((flag) => flag),
      tokenIds: this.tokenIds,
      tokenLogprobs: this.logprobs,
      tokenGreedy: this.greedy,
      truncated,
    };
  }
}
