/** One request to a server and its whole answer. Nothing is followed, retried or understood here. */
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { AssayError } from '../../protocol/errors';

export type Asked = {
  readonly url: URL;
  /** null: GET without a body. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for the whole exchange, the body included. */
  readonly timeout: number;
  readonly signal: AbortSignal;
};

export type Answered = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** Why there is no answer. `again`: another try may have one. */
export class NoAnswer extends Error {
  constructor(
    readonly detail: string,
    readonly again: boolean,
  ) {
    super(detail);
  }
}

/** Bytes of an answer, at most: a prompt of a hundred thousand tokens with its log-probabilities is a few megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Connections to one server, kept open between requests. */
export class Connections {
  private readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(
    most: number,
    private readonly mostBytes = MOST_BYTES,
  ) {
    this.agents = { http: new HttpAgent({ keepAlive: true, maxSockets: most }), https: new HttpsAgent({ keepAlive: true, maxSockets: most }) };
  }

  /** Rejects with `NoAnswer`, or an AssayError `cancelled` as soon as the signal aborts. */
  async exchange({ url, body, headers, timeout, signal }: Asked): Promise<Answered> {
    if (signal.aborted) throw new AssayError('cancelled');
    const ending = new AbortController();
    let isLate = false;
    const end = (): void => ending.abort();
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeout);
    signal.addEventListener('abort', end, { once: true });
    const options = {
      method: body === null ? 'GET' : 'POST',
      headers: { ...headers, accept: 'application/json', ...(body !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) },
      signal: ending.signal,
    };
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = url.protocol === 'https:' ? httpsRequest(url, { ...options, agent: this.agents.https }, resolve) : httpRequest(url, { ...options, agent: this.agents.http }, resolve);
        request.on('error', reject);
        request.end(body ?? undefined);
      });
      return { status: response.statusCode ?? 0, headers: response.headers, body: await this.bodyOf(response) };
    } catch (error) {
      if (signal.aborted) throw new AssayError('cancelled');
      if (isLate) throw new NoAnswer(`no answer within ${timeout / 1000} s`, true);
      if (error instanceof NoAnswer) throw error;
      throw noAnswer(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private async bodyOf(response: IncomingMessage): Promise<string> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > this.mostBytes) {
        response.destroy();
        throw new NoAnswer(`an answer of more than ${this.mostBytes} bytes`, false);
      }
      parts.push(part);
    }
    if (!response.complete) throw new NoAnswer('the answer broke off', true);
    return Buffer.concat(parts, bytes).toString('utf8');
  }
}

/** Faults of an address, which no second try mends. */
const HOPELESS: ReadonlySet<string> = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'EPROTO']);

const DETAILS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was closed before the answer was whole (ECONNRESET)',
  ENOTFOUND: 'no machine has this name (ENOTFOUND)',
  EAI_AGAIN: 'the name cannot be looked up now (EAI_AGAIN)',
};

/** What a server sends is no text for people: Node's own words for its faults are. */
function noAnswer(error: unknown): NoAnswer {
  const { code, message } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : DETAILS[code];
  if (code?.startsWith('HPE_')) return new NoAnswer(`what answers does not speak HTTP (${code})`, false);
  return new NoAnswer(known ?? (code === undefined ? message : `${message} (${code})`), code === undefined || !HOPELESS.has(code));
}
