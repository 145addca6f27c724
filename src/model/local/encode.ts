import type { Encodes, Tokenizer } from '../../checkpoint/tokenizer';
import { strip } from '../../python/string';
import type { RequestFailure, ScoreRequest } from '../request';
import { failure } from '../request-failure';
import { encodeParts, type Part, type TokenIds } from './encode-texts';
import { rollingSequences, RollingWindows, type Sequence, windowShape, type WindowShape } from './windows';

/** How a checkpoint wants its requests encoded. */
export type EncodingRules<T = Tokenizer> = {
  readonly tokenizer: T;
  /** BOS, else EOS; null: the tokenizer has neither. */
  readonly prefixTokenId: number | null;
  /** The prefix token as text: a prompt that begins with it gets no second one. */
  readonly prefixText: string | null;
  readonly maxLength: number;
  /** Rows of the embedding: an id beyond them has no vector. */
  readonly embeddingRows: number;
};

/** A request as token ids. Its scored tokens are the targets of its sequences, one after the other. */
export type EncodedRequest = {
  readonly request: ScoreRequest;
  readonly sequences: readonly Sequence[];
  /** Tokens of the context that were dropped on the left. */
  readonly truncated: number;
};

/** A rolling text whose windows feed so many tokens that they are made, and answered, piece by piece. */
export type EncodedText = { readonly request: ScoreRequest & { readonly kind: 'loglikelihood_rolling' }; readonly windows: RollingWindows };

export type Encoding = { readonly encoded: readonly EncodedRequest[]; readonly longTexts: readonly EncodedText[]; readonly failures: readonly RequestFailure[] };

/** Tokens that all windows of a text feed, beyond which it is a long one. */
const LONG = 4096;

/** Reads the prefix token of a tokenizer: BOS, else EOS (lm-evaluation-harness 0.4.13, `prefix_token_id`). */
export async function encodingRules(tokenizer: Tokenizer, maxLength: number, embeddingRows = Infinity): Promise<EncodingRules> {
  const prefixTokenId = tokenizer.bosId ?? tokenizer.eosId;
  const prefixText = prefixTokenId === null ? null : await tokenizer.decode([prefixTokenId]);
  return { tokenizer, prefixTokenId, prefixText, maxLength, embeddingRows };
}

/**
 * Encodes a block of requests as lm-evaluation-harness 0.4.13 does for causal models. A request that cannot be encoded is a
 * failure; the others go on. `isWanted`: asked while long texts are encoded; rejects with `cancelled` when it says no.
 */
export async function encodeRequests(requests: readonly ScoreRequest[], rules: EncodingRules<Encodes>, isWanted?: () => boolean): Promise<Encoding> {
  const parts = requests.map((request) => partsOf(request, rules));
  const idsOf = await encodeParts(parts.flatMap(listed), rules.tokenizer, isWanted);
  const encoded: EncodedRequest[] = [];
  const longTexts: EncodedText[] = [];
  const failures: RequestFailure[] = [];
  requests.forEach((request, index) => {
    const result = encodeRequest(request, parts[index] as Parts, idsOf, rules);
    if ('code' in result) failures.push(result);
    else if ('windows' in result) longTexts.push(result);
    else encoded.push(result);
  });
  return { encoded, longTexts, failures };
}

/** The texts a request is encoded from. */
type Parts =
  | { readonly kind: 'text'; readonly request: EncodedText['request']; readonly text: Part; readonly shape: WindowShape }
  /** A continuation of nothing: the prefix token is its context. */
  | { readonly kind: 'unconditional'; readonly continuation: Part }
  /** The context is encoded alone; the continuation is what follows it where both are encoded together. */
  | { readonly kind: 'pair'; readonly context: Part; readonly whole: Part };

function partsOf(request: ScoreRequest, rules: EncodingRules<unknown>): Parts {
  if (request.kind === 'loglikelihood_rolling') {
    const special = (request.specialTokens ?? true) && takesSpecialTokens(request.text, rules);
    return { kind: 'text', request, text: { text: request.text, special }, shape: windowShape(rules.maxLength, request.window, request.stride) };
  }
  if (request.context === '') return { kind: 'unconditional', continuation: { text: request.continuation, special: false } };
  // White space at the end of a context belongs to the continuation.
  const context = strip(request.context, null, 'right');
  const whole = request.context + request.continuation;
  return {
    kind: 'pair',
    context: { text: context, special: takesSpecialTokens(context, rules) },
    whole: { text: whole, special: takesSpecialTokens(whole, rules) },
  };
}

function takesSpecialTokens(text: string, { prefixText }: EncodingRules<unknown>): boolean {
  return prefixText === null || prefixText === '' || !text.startsWith(prefixText);
}

function listed(parts: Parts): Part[] {
  switch (parts.kind) {
    case 'text':
      return [parts.text];
    case 'unconditional':
      return [parts.continuation];
    case 'pair':
      return [parts.context, parts.whole];
  }
}

function encodeRequest(
  request: ScoreRequest,
  parts: Parts,
  idsOf: (part: Part) => TokenIds,
  rules: EncodingRules<unknown>,
): EncodedRequest | EncodedText | RequestFailure {
  const { prefixTokenId } = rules;
  switch (parts.kind) {
    case 'text': {
      const tokens = idsOf(parts.text);
      if (tokens.length === 0) return { request, sequences: [], truncated: 0 };
      if (prefixTokenId === null) return failure(request.id, 'empty-context');
      const stranger = idBeyond(rules.embeddingRows, [prefixTokenId], tokens);
      if (stranger !== null) return failure(request.id, 'id-beyond-embedding', { id: stranger, rows: rules.embeddingRows });
      const windows = new RollingWindows(tokens, prefixTokenId, parts.shape);
      const isLong = (windows.count > 1 && windows.count * windows.width > LONG) || (parts.request.from ?? 0) > 0;
      return isLong ? { request: parts.request, windows } : { request, sequences: rollingSequences(windows), truncated: 0 };
    }
    case 'unconditional': {
      const ids = Array.from(idsOf(parts.continuation));
      if (prefixTokenId === null) return failure(request.id, ids.length === 0 ? 'empty-continuation' : 'empty-context');
      return continued(request, [prefixTokenId], ids[0] === prefixTokenId ? ids.slice(1) : ids, rules);
    }
    case 'pair': {
      const context = idsOf(parts.context);
      return continued(request, context, Array.from(idsOf(parts.whole).slice(context.length)), rules);
    }
  }
}

/** The scored sequence, cut on the left to what the model holds. */
function continued(
  request: ScoreRequest,
  context: TokenIds,
  continuation: readonly number[],
  { maxLength, embeddingRows }: EncodingRules<unknown>,
): EncodedRequest | RequestFailure {
  if (continuation.length === 0) return failure(request.id, 'empty-continuation');
  if (context.length === 0) return failure(request.id, 'blank-context');
  if (continuation.length > maxLength) return failure(request.id, 'continuation-too-long', { tokens: continuation.length, limit: maxLength });
  const stranger = idBeyond(embeddingRows, context, continuation);
  if (stranger !== null) return failure(request.id, 'id-beyond-embedding', { id: stranger, rows: embeddingRows });
  const whole = [...context, ...continuation];
  return {
    request,
    sequences: [{ fed: whole.slice(-(maxLength + 1), -1), targets: continuation }],
    truncated: Math.max(0, whole.length - maxLength - 1),
  };
}

/** The first id without a vector; null: all have one. */
export function idBeyond(rows: number, ...lists: readonly TokenIds[]): number | null {
  for (const ids of lists) for (const id of ids) if (id >= rows) return id;
  return null;
}
