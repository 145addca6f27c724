import type { MessageArgs } from '../../protocol/messages';
import type { Pooling } from '../onnx/wire';
import type { FeaturesRequest, RequestFailure, RequestFailureCode } from '../request';
import { failure } from '../request-failure';
import { type EncodingRules, idBeyond } from './encode';
import { encodeParts } from './encode-texts';

/** What a checkpoint's hidden states are like. */
export type HiddenStates = {
  readonly modelType: string;
  /** Blocks, and one more for the embeddings. */
  readonly count: number;
  readonly width: number;
};

export type EncodedFeatures = {
  readonly request: FeaturesRequest;
  readonly tokens: readonly number[];
  /** For each layer of the request, in its order. */
  readonly wanted: readonly Pooling[];
};

/** Texts become tokens without special ones: a decoder's features are of the text alone. A request that cannot be encoded is a failure. */
export async function encodeFeatures(
  requests: readonly FeaturesRequest[],
  { tokenizer, maxLength, embeddingRows }: EncodingRules,
  states: HiddenStates,
  isWanted?: () => boolean,
): Promise<{ readonly encoded: readonly EncodedFeatures[]; readonly failures: readonly RequestFailure[] }> {
  const encoded: EncodedFeatures[] = [];
  const failures: RequestFailure[] = [];
  const idsOf = await encodeParts(requests.map(({ text }) => ({ text, special: false })), tokenizer, isWanted);
  for (const request of requests) {
    const fail = (code: RequestFailureCode, args?: MessageArgs): void => void failures.push(failure(request.id, code, args));
    const tokens = idsOf({ text: request.text, special: false });
    const strange = request.layers.find((layer) => layer < -states.count || layer >= states.count);
    const stranger = idBeyond(embeddingRows, tokens);
    if (request.pair !== undefined) fail('no-pairs', { type: states.modelType });
    else if (strange !== undefined) fail('no-such-layer', { layer: strange, last: states.count - 1, count: states.count });
    else if (tokens.length === 0) fail('empty-text');
    else if (tokens.length > maxLength) fail('text-too-long', { tokens: tokens.length, limit: maxLength });
    else if (stranger !== null) fail('id-beyond-embedding', { id: stranger, rows: embeddingRows });
    else encoded.push({ request, tokens: Array.from(tokens), wanted: request.layers.map((layer) => ({ layer: layer < 0 ? layer + states.count : layer, pool: request.pool })) });
  }
  return { encoded, failures };
}
