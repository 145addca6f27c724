import type { RequestFailure } from '../request';
import { failure } from '../request-failure';
import { type EchoForm, type Echoed, echoBody, readEchoed } from './echoed';
import { type EndpointServer, Refusal } from './server';

/** What one call asks with. */
export type Asking = {
  readonly server: EndpointServer;
  readonly model: string;
  readonly signal: AbortSignal;
  /** Tokens that went through the model. */
  readonly count: (tokens: number) => void;
};

/** The tokens of a prompt. Rejects with `Refusal` or an AssayError. */
export async function echo({ server, model, signal, count }: Asking, form: EchoForm, prompt: string | readonly number[]): Promise<Echoed> {
  const answer = await server.ask(`${server.endpoint}/completions`, echoBody(model, prompt, form), signal);
  const echoed = readEchoed(answer, form);
  if (typeof echoed === 'string') throw server.badAnswer(echoed);
  count(echoed.tokens.length);
  return echoed;
}

/** What a server would not answer is a failure of the request; everything else goes on up. */
export function refused(id: string, error: unknown): RequestFailure {
  if (error instanceof Refusal) return failure(id, 'endpoint-refused', { detail: error.detail });
  throw error;
}
