/** One request to a server of the hub, and the beginning of its answer. Nothing is followed or tried again here. */
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AssayError } from '../protocol/errors';

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: IncomingMessage };

/** There is no answer, or it broke off; another try may have one. */
export class NoAnswer extends Error {}

/** Milliseconds without a byte. */
const SILENCE = 30_000;

/** Rejects with NoAnswer, or with `cancelled`. A body that is not read to its end must be destroyed. */
export function exchange(method: 'GET' | 'HEAD', url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = ask(url, { method, headers: { 'user-agent': 'assay', ...headers }, signal }, (body) => resolve({ status: body.statusCode ?? 0, headers: body.headers, body }));
    request.setTimeout(SILENCE, () => request.destroy(new Error(`nothing was heard for ${SILENCE / 1000} s`)));
    request.on('error', (error) => reject(signal.aborted ? new AssayError('cancelled') : new NoAnswer(reasonOf(error))));
    request.end();
  });
}

/** The pieces of a body. Throws NoAnswer where it breaks off, `cancelled` where it was ended. */
export async function* piecesOf(body: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const piece of body as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    if (signal.aborted) throw new AssayError('cancelled');
    throw new NoAnswer(reasonOf(error));
  }
  if (!body.complete) throw new NoAnswer('the connection was closed before the answer was whole');
}

/** Of Node's own words only the code and what it means: an address in them may be signed. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there (ECONNREFUSED)';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `its name cannot be looked up (${code})`;
    case 'ECONNRESET':
      return 'the connection was closed before the answer was whole (ECONNRESET)';
    case undefined:
      return message;
    default:
      return code;
  }
}
