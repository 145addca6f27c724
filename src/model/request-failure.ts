import { describe, type MessageArgs } from '../protocol/messages';
import type { RequestFailure, RequestFailureCode } from './request';

/** A request that cannot be answered, in words. */
export function failure(id: string, code: RequestFailureCode, args: MessageArgs = {}): RequestFailure {
  return { id, code, message: describe(code, args) };
}
