/** Opens a served model: what is listed, whose tokens count, and whether it scores is found out once. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { AssayError, type SerializedError } from '../../protocol/errors';
import { plainText } from '../../protocol/plain-text';
import type { ModelInfo } from '../language-model';
import { type Scoring, scoringOf, type Told, toldBy } from './abilities';
import { EndpointModel, type EndpointParts } from './endpoint-model';
import { ScoreByIds } from './score-by-ids';
import { ScoreByText } from './score-by-text';
import { EndpointServer, type ServerOptions } from './server';
import { folderTokens, serverTokens, type Tokens } from './tokens';

/** A model and where it is served, as a config names it. */
export type ServedModel = {
  /** The address in front of `/completions`, without a slash at its end. */
  readonly endpoint: string;
  readonly model: string;
  /** Folder of the tokenizer that counts; null: what the server tells. */
  readonly tokenizer: string | null;
  /** Tokens of prompt and answer together; null: what the server tells, else the harness's 2048. */
  readonly maxLength: number | null;
  readonly concurrency: number;
  /** Seconds. */
  readonly timeout: number;
  /** Conversations are sent as messages, and the server renders them. */
  readonly chat: boolean;
};

export type EndpointOptions = Pick<ServerOptions, 'key' | 'clock' | 'connections'> & {
  /** The bundle of the tokenizer process. Default: `tokenizer.js` beside this bundle. */
  readonly tokenizerProcess?: string;
};

const HARNESS_LENGTH = 2048;

/** Throws an AssayError that says why the server cannot be used; nothing is left open then. */
export async function openEndpointModel(served: ServedModel, options: EndpointOptions, signal?: AbortSignal): Promise<EndpointModel> {
  const server = new EndpointServer(served.endpoint, { ...options, concurrency: served.concurrency, timeout: served.timeout });
  const life = lifeOf(signal);
  const asked = life.signal;
  let tokens: Tokens | null = null;
  try {
    const told = await toldBy(server, served.model, asked);
    tokens = served.tokenizer === null ? await serverTokens(server, served.model, asked) : await folderTokens(served.tokenizer, options.tokenizerProcess ?? path.join(__dirname, 'tokenizer.js'), asked);
    const scoring = await scoringOf(server, served.model, tokens, asked);
    const maxLength = served.maxLength ?? told.maxLength ?? HARNESS_LENGTH;
    const parts: EndpointParts = {
      server,
      model: served.model,
      scorer: scorer(served, scoring, tokens, maxLength),
      generation: { chat: served.chat, tokens, ids: typeof scoring !== 'string' && scoring.prompts === 'ids', maxLength },
    };
    return new EndpointModel(infoOf(served, told, scoring, tokens, maxLength), parts, life);
  } catch (error) {
    await tokens?.close();
    life.abort();
    server.close();
    throw AssayError.from(error);
  }
}

function scorer({ endpoint, chat }: ServedModel, scoring: Scoring | string, tokens: Tokens | null, maxLength: number): EndpointParts['scorer'] {
  if (chat) return { error: new AssayError('endpoint-chat-cannot-score', { endpoint }) };
  if (typeof scoring === 'string') return { error: new AssayError('endpoint-no-logprobs', { endpoint, detail: scoring }) };
  return tokens === null ? new ScoreByText({ scoring, maxLength }) : new ScoreByIds({ scoring, tokens, maxLength });
}

function infoOf({ endpoint, model, maxLength: asked }: ServedModel, told: Told, scoring: Scoring | string, tokens: Tokens | null, maxLength: number): ModelInfo {
  const warnings: SerializedError[] = [...(tokens?.warnings ?? [])];
  if (told.names.length > 0 && !told.names.includes(model)) warnings.push(unlisted(endpoint, model, told.names).toJSON());
  if (asked === null && told.maxLength === null) warnings.push(new AssayError('endpoint-length-unknown', { endpoint, tokens: maxLength }).toJSON());
  if (typeof scoring !== 'string') {
    if (!scoring.greedy) warnings.push(new AssayError('endpoint-no-greedy', { endpoint }).toJSON());
    if (tokens === null) warnings.push(new AssayError('endpoint-own-tokens', { endpoint }).toJSON());
  }
  const way = typeof scoring === 'string' ? 'no log-probabilities' : `${scoring.form}, prompts as ${scoring.prompts}, tokens by ${tokens === null ? 'their texts' : `the ${tokens.from}'s tokenizer`}`;
  return {
    modelType: 'served',
    maxLength,
    vocabularySize: null,
    parameters: told.parameters,
    precision: 'fp32',
    tokenizerEngine: tokens?.engine ?? 'server',
    prefixTokenId: tokens?.prefixTokenId ?? null,
    device: null,
    warnings,
    versions: { ...tokens?.versions, served: plainText(told.root ?? model, 200), 'served-scoring': way },
  };
}

function unlisted(endpoint: string, model: string, names: readonly string[]): AssayError {
  return new AssayError('endpoint-unknown-model', { endpoint, model, names: plainText(names.slice(0, 10).join(', '), 300) });
}

/** Everything the model does ends with it: when it is closed, or when `signal` aborts. */
function lifeOf(signal: AbortSignal | undefined): AbortController {
  const life = new AbortController();
  // Every text that the server tokenises waits on it.
  setMaxListeners(0, life.signal);
  const end = (): void => life.abort(new AssayError('cancelled'));
  life.signal.addEventListener('abort', () => signal?.removeEventListener('abort', end), { once: true });
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  return life;
}
