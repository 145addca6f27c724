/** A server that speaks OpenAI's protocol: what is asked of it, again where it asks for patience, and its answers as JSON. */
import { AssayError } from '../../protocol/errors';
import { plainText } from '../../protocol/plain-text';
import { parseAnswer } from './answer';
import { type Answered, Connections, NoAnswer } from './exchange';
import { Gate } from './gate';
import { askedWait, backoff, type Clock, isForLater, LONGEST_ASKED_WAIT_MS, systemClock } from './retry';

export type ServerOptions = {
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** Seconds for one request. */
  readonly timeout: number;
  /** null: nothing is sent along. It appears in no text that leaves this file. */
  readonly key: string | null;
  readonly clock?: Clock;
  readonly connections?: Connections;
};

/** Tries of one request, the first included. */
export const MOST_TRIES = 6;
/** Of a request that only finds out what a server can. */
export const PROBE_TRIES = 2;

/** A shorter key may stand in any text by chance. */
const SHORTEST_HIDDEN = 6;
const SHOWN = 200;

/** A 4xx that concerns one request alone: another may be fine. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export class EndpointServer {
  private readonly gate: Gate;
  private readonly connections: Connections;
  private readonly clock: Clock;

  /** `endpoint`: as `endpointAddress` gives it. */
  constructor(
    readonly endpoint: string,
    private readonly options: ServerOptions,
  ) {
    this.gate = new Gate(options.concurrency);
    this.connections = options.connections ?? new Connections(options.concurrency);
    this.clock = options.clock ?? systemClock;
  }

  /** The part of the address in front of `/v1`, where servers have what is not OpenAI's. */
  get root(): string {
    return this.endpoint.replace(/\/v\d+$/, '');
  }

  /**
   * The answer to a POST of `body`, or to a GET where that is null. Rejects with `Refusal` where the server will not answer this request, and
   * with an AssayError `endpoint-unreachable`, `endpoint-denied`, `endpoint-bad-answer` or `cancelled` where the whole server is concerned.
   */
  ask(address: string, body: object | null, signal: AbortSignal, tries = MOST_TRIES): Promise<unknown> {
    return this.gate.through(() => this.persist(new URL(address), body === null ? null : JSON.stringify(body), signal, tries), signal);
  }

  badAnswer(detail: string): AssayError {
    return new AssayError('endpoint-bad-answer', { endpoint: this.endpoint, detail });
  }

  close(): void {
    this.connections.close();
  }

  private async persist(url: URL, body: string | null, signal: AbortSignal, tries: number): Promise<unknown> {
    const { key, timeout } = this.options;
    const headers: Readonly<Record<string, string>> = key === null ? {} : { authorization: `Bearer ${key}` };
    for (let attempt = 0; ; attempt++) {
      let wait: number | null = null;
      let detail: string;
      try {
        const answered = await this.connections.exchange({ url, body, headers, timeout: timeout * 1000, signal });
        if (!isForLater(answered.status)) return this.read(answered);
        detail = this.refusal(answered);
        wait = askedWait(answered.headers['retry-after'], this.clock.now());
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        detail = this.shown(error.detail);
        if (!error.again) throw this.badAnswer(detail);
      }
      if (attempt + 1 >= tries) throw new AssayError('endpoint-unreachable', { endpoint: this.endpoint, detail, tries });
      if (wait !== null && wait > LONGEST_ASKED_WAIT_MS) throw new AssayError('endpoint-busy', { endpoint: this.endpoint, minutes: Math.ceil(wait / 60_000) });
      await this.clock.wait(wait ?? backoff(attempt, this.clock.random()), signal);
    }
  }

  private read(answered: Answered): unknown {
    const { status } = answered;
    if (status >= 300 && status < 400) throw this.badAnswer(`it redirects to ${this.shown(answered.headers.location ?? 'nowhere')}, which is not followed; name that address if it is the right one`);
    if (status === 401 || status === 403) throw new AssayError('endpoint-denied', { endpoint: this.endpoint, detail: this.refusal(answered) });
    if (status >= 400) throw new Refusal(status, this.refusal(answered));
    if (status !== 200) throw this.badAnswer(`status ${status}`);
    const { key } = this.options;
    const body = key !== null && key.length >= SHORTEST_HIDDEN ? answered.body.replaceAll(key, '…') : answered.body;
    const parsed = parseAnswer(body, answered.headers['content-type']);
    if ('fault' in parsed) throw this.badAnswer(parsed.fault);
    return parsed.value;
  }

  /** The status, with what the server says of it where it says it in JSON. */
  private refusal({ status, body, headers }: Answered): string {
    const parsed = parseAnswer(body, headers['content-type']);
    const said = 'fault' in parsed ? null : messageOf(parsed.value);
    return said === null ? `status ${status}` : `status ${status}: ${this.shown(said)}`;
  }

  private shown(text: string): string {
    const { key } = this.options;
    return plainText(key === null || key === '' ? text : text.replaceAll(key, '…'), SHOWN);
  }
}

/** `{ error: { message } }` (OpenAI), `{ error: "…" }`, `{ message }` (vLLM), `{ detail }` (FastAPI). */
function messageOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { error, message, detail } = value as Readonly<Record<string, unknown>>;
  if (typeof error === 'object' && error !== null) return messageOf(error);
  return [error, message, detail].find((text) => typeof text === 'string') ?? null;
}
