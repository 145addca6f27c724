/** A served model as tests open it: time does not pass, and what was waited for is kept. */
import { openEndpointModel, type ServedModel } from '../../../src/model/endpoint/open';
import type { EndpointModel } from '../../../src/model/endpoint/endpoint-model';
import type { Clock } from '../../../src/model/endpoint/retry';
import type { GenerateEvent, GenerateRequest, GenerateResponse, RequestFailure, ScoreEvent, ScoreRequest, ScoreResponse } from '../../../src/model/request';
import { AssayError } from '../../../src/protocol/errors';

export class TestClock implements Clock {
  readonly waits: number[] = [];
  constructor(private readonly start = Date.parse('2026-01-01T00:00:00Z')) {}
  readonly now = (): number => this.start;
  readonly random = (): number => 1;
  readonly wait = (milliseconds: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return Promise.reject(new AssayError('cancelled'));
    this.waits.push(milliseconds);
    return Promise.resolve();
  };
}

export function served(endpoint: string, more: Partial<ServedModel> = {}): ServedModel {
  return { endpoint, model: 'm', tokenizer: null, maxLength: null, concurrency: 8, timeout: 60, chat: false, ...more };
}

export function openServed(endpoint: string, more: Partial<ServedModel> = {}, key: string | null = null, clock: Clock = new TestClock()): Promise<EndpointModel> {
  return openEndpointModel(served(endpoint, more), { key, clock });
}

export type Answers = { readonly responses: ReadonlyMap<string, ScoreResponse>; readonly failures: ReadonlyMap<string, RequestFailure>; readonly events: readonly ScoreEvent[] };

export async function scored(model: EndpointModel, requests: readonly ScoreRequest[], signal?: AbortSignal): Promise<Answers> {
  const responses = new Map<string, ScoreResponse>();
  const failures = new Map<string, RequestFailure>();
  const events: ScoreEvent[] = [];
  for await (const event of model.score(requests, signal)) {
    events.push(event);
    if (event.type === 'response') responses.set(event.response.id, event.response);
    if (event.type === 'failure') failures.set(event.failure.id, event.failure);
  }
  return { responses, failures, events };
}

export async function generated(model: EndpointModel, requests: readonly GenerateRequest[]): Promise<{ readonly responses: readonly GenerateResponse[]; readonly failures: readonly RequestFailure[] }> {
  const events: GenerateEvent[] = [];
  for await (const event of model.generate(requests)) events.push(event);
  return {
    responses: events.flatMap((event) => (event.type === 'response' ? [event.response] : [])),
    failures: events.flatMap((event) => (event.type === 'failure' ? [event.failure] : [])),
  };
}

export const pair = (id: string, context: string, continuation: string): ScoreRequest => ({ kind: 'loglikelihood', id, context, continuation });
export const rolling = (id: string, text: string): ScoreRequest => ({ kind: 'loglikelihood_rolling', id, text });
