import type { MessageArgs } from '../../protocol/messages';
import { generationOptions, type GenerationOptions } from '../generation-options';
import type { GenerateRequest, RequestFailure, RequestFailureCode } from '../request';
import { encodeParts } from './encode-texts';
import { failure } from '../request-failure';
import { type EncodingRules, idBeyond } from './encode';

/** A prompt as token ids, with room for the answer. */
export type EncodedContext = { readonly request: GenerateRequest; readonly options: GenerationOptions; readonly tokens: readonly number[]; readonly truncated: number };

/**
 * Encodes prompts as lm-evaluation-harness 0.4.13 does (`tok_batch_encode`, each as in a batch of its own): special tokens unless the
 * text begins with BOS, cut on the left to the model's length less the answer's. A prompt without any token begins with the prefix token.
 * Throws `bad-generation-option`.
 */
export async function encodeContexts(requests: readonly GenerateRequest[], rules: EncodingRules): Promise<{ encoded: EncodedContext[]; failures: RequestFailure[] }> {
  const { tokenizer, maxLength, prefixTokenId, embeddingRows } = rules;
  const { bosToken } = tokenizer;
  const parts = requests.map(({ context }) => ({ text: context, special: bosToken === null || !context.startsWith(bosToken) }));
  const idsOf = await encodeParts(parts, tokenizer);
  const encoded: EncodedContext[] = [];
  const failures: RequestFailure[] = [];
  const fail = ({ id }: GenerateRequest, code: RequestFailureCode, args?: MessageArgs): void => void failures.push(failure(id, code, args));
  requests.forEach((request, index) => {
    const options = generationOptions(request.kwargs);
    const room = maxLength - options.maxTokens;
    const ids = Array.from(idsOf(parts[index] as (typeof parts)[number]));
    const whole = ids.length > 0 || prefixTokenId === null ? ids : [prefixTokenId];
    const stranger = idBeyond(embeddingRows, whole);
    if (room < 1) fail(request, 'no-room-for-context', { length: maxLength, tokens: options.maxTokens });
    else if (whole.length === 0) fail(request, 'empty-context');
    else if (stranger !== null) fail(request, 'id-beyond-embedding', { id: stranger, rows: embeddingRows });
    else encoded.push({ request, options, tokens: whole.slice(-room), truncated: Math.max(0, whole.length - room) });
  });
  return { encoded, failures };
}
