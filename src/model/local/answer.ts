import { AssayError } from '../../protocol/errors';
import type { ScoreResponse } from '../request';
import type { EncodedRequest } from './encode';
import type { BatchScores } from './model-process';

/** The scores of one request as they come in, window by window. */
export class Answer {
  readonly tokenIds: readonly number[];
  private readonly logprobs: number[];
  private readonly greedy: boolean[];
  private missing: number;

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
