import { AssayError } from '../../protocol/errors';
import type { ScoreResponse } from '../language-model';
import type { EncodedRequest } from './encode';
import type { BatchScores } from './model-process';

/** The scores of one request as they come in, window by window. */
export class Answer {
  readonly tokenIds: readonly number[];
  private readonly logprobs: number[];
  private readonly greedy: boolean[];
  private missing: number;
  private prefix = 0;
  /** Lengths of windows that came before their predecessor, by their first token. */
  private readonly ahead = new Map<number, number>();

  constructor(
    readonly encoded: EncodedRequest,
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

  /** Tokens from the start that are all scored. */
  get prefixLength(): number {
    return this.prefix;
  }

  logprobsOf(start: number, end: number): number[] {
    return this.logprobs.slice(start, end);
  }

  fill(first: number, indices: Int32Array, scores: BatchScores): void {
    indices.forEach((index, k) => {
      const logprob = scores.logprobs[index];
      if (logprob === undefined) throw new AssayError('internal', { message: `the model process sent ${scores.logprobs.length} scores, wanted number ${index}` });
      this.logprobs[first + k] = logprob;
      this.greedy[first + k] = scores.greedy[index] === 1;
    });
    this.missing -= indices.length;
    this.ahead.set(first, indices.length);
    for (let length = this.ahead.get(this.prefix); length !== undefined; length = this.ahead.get(this.prefix)) {
      this.ahead.delete(this.prefix);
      this.prefix += length;
    }
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
