/** The hub's server: redirects, the person's token, patience, and what its refusals mean. */
import { AssayError } from '../protocol/errors';
import { plainText } from '../protocol/plain-text';
import { type Answer, exchange, NoAnswer, piecesOf } from './exchange';

/** Time as a test may have it. `wait` rejects with `cancelled` when the signal aborts. */
export type Clock = { readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void> };

export type ServerOptions = {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** It goes to this endpoint's origin alone, and into no text. */
  readonly token: string | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** Tries of one request, the first included. */
export const MOST_TRIES = 6;
const MOST_HOPS = 8;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 8_000;
/** Who asks for more patience is not waited for. */
const LONGEST_ASKED_WAIT = 10 * 60_000;
const MOST_JSON = 64 << 20;
const SHOWN = 200;

/** What is asked for is not there: the revision or the entry. */
export class NotThere extends Error {}

/** `hub`: what the hub itself said, before it sent us on to where the bytes are. */
export type HubAnswer = Answer & { readonly hub: Answer['headers']; readonly isElsewhere: boolean };

export class HubServer {
  private token: string | null;

  constructor(private readonly options: ServerOptions) {
    this.token = options.token;
  }

  get endpoint(): string {
    return this.options.endpoint;
  }

  /**
   * A 200 or 206. Rejects with NotThere, and with AssayError: hub-unreachable, hub-denied, hub-gated, hub-refused, cancelled. `id` is what the refusal is about.
   * `range`: from this byte on; a 416 is given back.
   */
  async ask(method: 'GET' | 'HEAD', address: string, id: string, range = 0): Promise<HubAnswer> {
    const { signal, clock, endpoint } = this.options;
    for (let attempt = 0; ; attempt++) {
      let wait: number | null = null;
      let detail: string;
      try {
        const answer = await this.followed(method, this.urlOf(address), range);
        if (answer.status === 200 || answer.status === 206 || (answer.status === 416 && range > 0)) return answer;
        answer.body.destroy();
        if (answer.status === 401 && this.token !== null && !answer.isElsewhere && (await this.isPublic(method, address))) {
          // A stored token that has ended makes the hub refuse what anybody may read.
          this.token = null;
          continue;
        }
        // The signature of the other address has run out: the hub gives a new one.
        const isSignature = answer.isElsewhere && (answer.status === 403 || answer.status === 401);
        if (!isForLater(answer.status) && !isSignature) throw this.refusal(answer, id);
        detail = `status ${answer.status}`;
        wait = isSignature ? 0 : askedWait(answer.headers);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        detail = error.message;
      }
      if (attempt + 1 >= MOST_TRIES) throw new AssayError('hub-unreachable', { endpoint, detail });
      if (wait !== null && wait > LONGEST_ASKED_WAIT) throw new AssayError('hub-busy', { endpoint, minutes: Math.ceil(wait / 60_000) });
      await clock.wait(wait ?? Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt), signal);
    }
  }

  /** A JSON answer, and the address of its next page on this server. */
  async json(address: string, id: string): Promise<{ readonly value: unknown; readonly next: string | null }> {
    for (let attempt = 0; ; attempt++) {
      const { body, headers } = await this.ask('GET', address, id);
      try {
        const parts: Buffer[] = [];
        let size = 0;
        for await (const piece of piecesOf(body, this.options.signal)) {
          size += piece.length;
          if (size > MOST_JSON) throw this.odd(`an answer of more than ${MOST_JSON >> 20} MB`);
          parts.push(piece);
        }
        return { value: this.parsed(Buffer.concat(parts).toString('utf8')), next: this.nextOf(headers.link) };
      } catch (error) {
        body.destroy();
        if (!(error instanceof NoAnswer)) throw error;
        if (attempt + 1 >= MOST_TRIES) throw new AssayError('hub-unreachable', { endpoint: this.options.endpoint, detail: error.message });
        await this.options.clock.wait(FIRST_WAIT, this.options.signal);
      }
    }
  }

  odd(detail: string): AssayError {
    return new AssayError('hub-odd-answer', { endpoint: this.options.endpoint, detail });
  }

  private parsed(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw this.odd('no JSON where it should be');
    }
  }

  /** Absolute addresses that the hub itself gives count as those of the endpoint. */
  private urlOf(address: string): URL {
    return new URL(address.startsWith('/') ? this.options.endpoint + address : address);
  }

  private async followed(method: 'GET' | 'HEAD', start: URL, range: number, token = this.token): Promise<HubAnswer> {
    const own = new URL(this.options.endpoint).origin;
    let url = start;
    let hub: Answer['headers'] | null = null;
    for (let hop = 0; hop <= MOST_HOPS; hop++) {
      const isOwn = url.origin === own;
      const answer = await exchange(method, url, {
        'accept-encoding': 'identity',
        ...(isOwn && token !== null && { authorization: `Bearer ${token}` }),
        ...(range > 0 && { range: `bytes=${range}-` }),
      }, this.options.signal);
      if (isOwn) hub = { ...(hub ?? {}), ...answer.headers };
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status >= 400 || answer.status === 304 || location === undefined) return { ...answer, hub: hub ?? {}, isElsewhere: !isOwn };
      answer.body.destroy();
      const next = this.target(location, url);
      if (url.protocol === 'https:' && next.protocol !== 'https:') throw this.odd('it sends us from a secret connection to one that anybody can read');
      url = next;
      // Where the bytes lie is all that is asked of another machine.
      if (method === 'HEAD' && url.origin !== own) return { ...answer, status: 200, hub: hub ?? {}, isElsewhere: false };
    }
    throw this.odd('it sends us on and on');
  }

  private target(location: string, from: URL): URL {
    try {
      const next = new URL(location, from);
      if (next.protocol === 'http:' || next.protocol === 'https:') return next;
    } catch {
      // Said below.
    }
    throw this.odd('it sends us to an address that cannot be read');
  }

  private async isPublic(method: 'GET' | 'HEAD', address: string): Promise<boolean> {
    const answer = await this.followed(method, this.urlOf(address), 0, null);
    answer.body.destroy();
    return answer.status === 200;
  }

  private nextOf(link: string | string[] | undefined): string | null {
    const match = /<([^>]*)>\s*;\s*rel="?next"?/.exec(Array.isArray(link) ? link.join(',') : (link ?? ''));
    if (match?.[1] === undefined) return null;
    const next = this.target(match[1], new URL(this.options.endpoint));
    if (next.origin !== new URL(this.options.endpoint).origin) throw this.odd('the next page of a listing is somewhere else');
    return next.href;
  }

  private refusal({ status, headers }: HubAnswer, id: string): Error {
    const { endpoint } = this.options;
    const code = headers['x-error-code'];
    const said = headers['x-error-message'];
    const detail = `status ${status}${typeof said === 'string' ? `: ${this.shown(said)}` : ''}`;
    if (code === 'GatedRepo') return new AssayError('hub-gated', { id, address: `${endpoint}/datasets/${id}`, detail });
    if (status === 404 && code !== 'RepoNotFound') return new NotThere(detail);
    if (status === 401 || code === 'RepoNotFound') return new AssayError(this.token === null ? 'hub-private' : 'hub-denied', { id, endpoint, detail });
    if (status === 403) return new AssayError('hub-denied', { id, endpoint, detail });
    return new AssayError('hub-refused', { id, endpoint, detail });
  }

  private shown(text: string): string {
    const { token } = this.options;
    return plainText(token === null ? text : text.replaceAll(token, '…'), SHOWN);
  }
}

function isForLater(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status <= 504);
}

/** `Retry-After` in seconds, or the `t` of a RateLimit header, with a second more; in milliseconds. null: it does not say. */
export function askedWait(headers: Answer['headers']): number | null {
  const after = headers['retry-after'];
  if (after !== undefined && /^\d+$/.test(after.trim())) return (Number(after) + 1) * 1000;
  const rate = headers['ratelimit'];
  const match = typeof rate === 'string' ? /;\s*t=(\d+)/.exec(rate) : null;
  return match === null ? null : (Number(match[1]) + 1) * 1000;
}
