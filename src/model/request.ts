/** What can be asked of a model and what it answers: one union, whoever asks and whichever model answers. */
import type { PyValue } from '../python/value';

/** Log-probability of `continuation` after `context`. */
export type LogLikelihoodRequest = {
  readonly kind: 'loglikelihood';
  readonly id: string;
  readonly context: string;
  readonly continuation: string;
};

/** Log-probability of every token of a text, in windows of the model's length. */
export type RollingRequest = {
  readonly kind: 'loglikelihood_rolling';
  readonly id: string;
  readonly text: string;
  /** Tokens a window holds; default: the model's length. */
  readonly window?: number;
  /** Tokens between window starts; default: `window` (the harness's disjoint windows). */
  readonly stride?: number;
  /** Run the tokenizer's post-processor (a BOS of its own is then scored too, as in the harness). Default: true. */
  readonly specialTokens?: boolean;
  /** Go on at this token, a place where a piece ended: what lies before it is scored already. Default: 0. */
  readonly from?: number;
};

/** Text that goes on after `context`, until a stop string, the end of text or the limit of tokens. */
export type GenerateRequest = {
  readonly kind: 'generate_until';
  readonly id: string;
  readonly context: string;
  /** The harness's generation kwargs as they stand in the task file: `generationOptions` reads them. */
  readonly kwargs: ReadonlyMap<string, PyValue>;
  /** Of the random draws, where the kwargs ask for them and name none: the same seed gives the same text. */
  readonly seed: number;
};

/** Hidden states of a text, pooled over its tokens, of the named layers: numbered as transformers numbers `hidden_states`. */
export type FeaturesRequest = {
  readonly kind: 'features';
  readonly id: string;
  readonly text: string;
  /** The second text of a pair, for models that take pairs. */
  readonly pair?: string;
  /** 0: the embeddings; the last one: after the final norm; negative ones count from the end. */
  readonly layers: readonly number[];
  readonly pool: Pool;
};
export type Pool = 'last' | 'mean' | 'first';

export type ScoreRequest = LogLikelihoodRequest | RollingRequest;
export type ModelRequest = ScoreRequest | GenerateRequest | FeaturesRequest;

/** The answer to one request. Log-probabilities are natural logarithms, computed in float32, summed in float64. */
export type ScoreResponse = {
  readonly kind: ScoreRequest['kind'];
  readonly id: string;
  /** Sum of `tokenLogprobs`. */
  readonly logLikelihood: number;
  /** Every scored token was the most likely one. */
  readonly greedy: boolean;
  /** Ids of the scored tokens: the continuation's, or the whole text's when rolling. */
  readonly tokenIds: readonly number[];
  readonly tokenLogprobs: readonly number[];
  readonly tokenGreedy: readonly boolean[];
  /** Tokens of the context dropped on the left because context and continuation exceed the model's length. */
  readonly truncated: number;
  /** Scored tokens, where they came in pieces and the lists above are empty; else the lists' length. */
  readonly tokens?: number;
};

export type GenerateResponse = {
  readonly kind: 'generate_until';
  readonly id: string;
  /** Cut before the first stop string; without special tokens. */
  readonly text: string;
  /** What was generated up to the cut, the token that brought a stop string included. */
  readonly tokenIds: readonly number[];
  /** `eos`: the model ended the text; `length`: the limit of tokens. */
  readonly finishReason: 'stop' | 'length' | 'eos';
  /** Tokens of the context dropped on the left because it and the answer exceed the model's length. */
  readonly truncated: number;
};

export type FeaturesResponse = {
  readonly kind: 'features';
  readonly id: string;
  readonly tokenIds: readonly number[];
  /** One vector for each asked layer, in the order of the request, each of the model's hidden size (OPT may project the last one). */
  readonly features: readonly Float32Array[];
};

export type ModelResponse = ScoreResponse | GenerateResponse | FeaturesResponse;

export function isScoreRequest(request: ModelRequest): request is ScoreRequest {
  return request.kind === 'loglikelihood' || request.kind === 'loglikelihood_rolling';
}

/** Answers that are scores. Throws TypeError where one is not. */
export function scores(responses: readonly ModelResponse[]): ScoreResponse[] {
  return responses.map((response) => {
    if (response.kind === 'loglikelihood' || response.kind === 'loglikelihood_rolling') return response;
    throw new TypeError(`${response.id}: ${response.kind} is no score`);
  });
}

/** Answers that are texts. Throws TypeError where one is not. */
export function texts(responses: readonly ModelResponse[]): string[] {
  return responses.map((response) => {
    if (response.kind === 'generate_until') return response.text;
    throw new TypeError(`${response.id}: ${response.kind} is no text`);
  });
}

/** Scored or generated tokens of an answer. */
export function tokensOf(response: ModelResponse): number {
  return 'tokens' in response ? (response.tokens ?? response.tokenIds.length) : response.tokenIds.length;
}

/**
 * The next scored tokens of a long rolling text, in text order, and their text; the pieces of a request follow one another without a
 * gap, and all of them come before its response, whose sums count the pieces since `from`.
 */
export type ScorePiece = {
  readonly id: string;
  /** Place of the first token in the text. */
  readonly from: number;
  readonly tokenIds: readonly number[];
  readonly tokenLogprobs: readonly number[];
  readonly tokenGreedy: readonly boolean[];
  readonly text: string;
};

/** A request the model cannot answer (empty continuation, longer than the model); the others go on. */
export type RequestFailure = { readonly id: string; readonly code: RequestFailureCode; readonly message: string };
export type RequestFailureCode = 'empty-continuation' | 'empty-context' | 'blank-context' | 'continuation-too-long' | 'id-beyond-embedding' | 'no-room-for-context'
  | 'no-such-layer' | 'empty-text' | 'text-too-long' | 'no-pairs'
  | 'endpoint-refused' | 'endpoint-no-prefix' | 'endpoint-tokens-differ' | 'endpoint-no-windows';

/** What comes back while a block of requests is answered. */
export type ModelEvent<Response> =
  | { readonly type: 'response'; readonly response: Response }
  | { readonly type: 'failure'; readonly failure: RequestFailure }
  /** Tokens pushed through the model since the call began; for rates. */
  | { readonly type: 'progress'; readonly tokens: number };

export type ScoreEvent = ModelEvent<ScoreResponse> | { readonly type: 'piece'; readonly piece: ScorePiece };
export type GenerateEvent = ModelEvent<GenerateResponse>;
export type FeaturesEvent = ModelEvent<FeaturesResponse>;
