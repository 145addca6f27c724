import { AssayError } from '../protocol/errors';
import type { MessageCode } from '../protocol/messages';

/** The events of a kind of request that a model does not answer: none, the first step throws `cannot-answer`. */
export function cannotAnswer(model: string, what: 'loglikelihood' | 'loglikelihood_rolling' | 'generate_until' | 'features'): AsyncIterable<never> {
  const next = (): Promise<IteratorResult<never>> => Promise.reject(new AssayError('cannot-answer', { model, what }));
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

const KINDS_REFUSED: ReadonlySet<MessageCode> = new Set(['cannot-answer', 'endpoint-no-logprobs', 'endpoint-chat-cannot-score']);

/** Whether a model said that it does not answer this kind of request: others it may. */
export function isKindRefused(error: unknown): error is AssayError {
  return error instanceof AssayError && KINDS_REFUSED.has(error.code);
}
