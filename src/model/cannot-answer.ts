import { AssayError } from '../protocol/errors';

/** The events of a kind of request that a model does not answer: none, the first step throws `cannot-answer`. */
export function cannotAnswer(model: string, what: 'loglikelihood' | 'loglikelihood_rolling' | 'generate_until' | 'features'): AsyncIterable<never> {
  const next = (): Promise<IteratorResult<never>> => Promise.reject(new AssayError('cannot-answer', { model, what }));
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
