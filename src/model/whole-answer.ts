import type { ScorePiece, ScoreResponse } from './request';

/** Puts the answers to long texts together again, for those who want every token of them at once. */
export class WholeAnswers {
  private readonly pieces = new Map<string, ScorePiece[]>();

  add(piece: ScorePiece): void {
    const earlier = this.pieces.get(piece.id);
    if (earlier === undefined) this.pieces.set(piece.id, [piece]);
    else earlier.push(piece);
  }

  /** The response with the tokens of its pieces, where it came in pieces. */
  whole(response: ScoreResponse): ScoreResponse {
    const pieces = this.pieces.get(response.id);
    if (pieces === undefined) return response;
    this.pieces.delete(response.id);
    return {
      ...response,
      tokenIds: pieces.flatMap(({ tokenIds }) => tokenIds),
      tokenLogprobs: pieces.flatMap(({ tokenLogprobs }) => tokenLogprobs),
      tokenGreedy: pieces.flatMap(({ tokenGreedy }) => tokenGreedy),
    };
  }
}
