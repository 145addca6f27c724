import type { FeaturesRequest, FeaturesResponse, GenerateResponse, RequestFailure, ScoreResponse } from '../../model/request';
import type { AskAnswer } from '../../protocol/ask';
import { AssayError } from '../../protocol/errors';

export function scoreAnswer({ logLikelihood, greedy, tokenIds, tokenLogprobs, truncated }: ScoreResponse): AskAnswer {
  if (!tokenLogprobs.every(Number.isFinite)) return noNumber();
  return { logprob: logLikelihood, greedy, token_ids: tokenIds, logprobs: tokenLogprobs, ...left(truncated) };
}

export function generateAnswer({ text, tokenIds, finishReason, truncated }: GenerateResponse): AskAnswer {
  return { text, token_ids: tokenIds, finish_reason: finishReason, ...left(truncated) };
}

export function featuresAnswer({ tokenIds, features }: FeaturesResponse, { layers }: FeaturesRequest): AskAnswer {
  if (!features.every((vector) => vector.every(Number.isFinite))) return noNumber();
  return { token_ids: tokenIds, features: Object.fromEntries(layers.map((layer, index) => [layer, Array.from(features[index] ?? [])])) };
}

export function failedAnswer({ code, message }: Pick<RequestFailure | AssayError, 'code' | 'message'>): AskAnswer {
  return { error: { code, message } };
}

/** JSON has no NaN, and an answer of them is none. */
function noNumber(): AskAnswer {
  return failedAnswer(new AssayError('answer-not-a-number'));
}

function left(truncated: number): { readonly truncated?: number } {
  return truncated > 0 ? { truncated } : {};
}
