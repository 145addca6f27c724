/** What a server can do, found out once, before anything is asked of it. */
import { AssayError } from '../../protocol/errors';
import { isRecord } from './answer';
import { type EchoForm, type Echoed, echoBody, readEchoed } from './echoed';
import { type EndpointServer, PROBE_TRIES, Refusal } from './server';
import { placesOf } from './split-text';
import { isMissing, type Tokens } from './tokens';

/** How log-probabilities of a prompt are to be had. */
export type Scoring = {
  readonly form: EchoForm;
  /** Prompts go as token ids, or as text. */
  readonly prompts: 'ids' | 'text';
  /** The server tells which token was the most likely one. */
  readonly greedy: boolean;
};

/** What a server says of its model; null: it does not say. */
export type Told = {
  readonly names: readonly string[];
  /** What the model's name stands for. */
  readonly root: string | null;
  readonly maxLength: number | null;
  readonly parameters: number | null;
};

/** What the server lists (`/models`). Rejects where nobody is there, or where the key is not taken. */
export async function toldBy(server: EndpointServer, model: string, signal: AbortSignal): Promise<Told> {
  const nothing: Told = { names: [], root: null, maxLength: null, parameters: null };
  let answer: unknown;
  try {
    answer = await server.ask(`${server.endpoint}/models`, null, signal);
  } catch (error) {
    if (error instanceof Refusal) return nothing;
    throw error;
  }
  const list = isRecord(answer) && Array.isArray(answer['data']) ? answer['data'].filter(isRecord) : [];
  const names = list.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  const entry = list.find(({ id }) => id === model);
  if (entry === undefined) return { ...nothing, names };
  const meta = isRecord(entry['meta']) ? entry['meta'] : {};
  const count = (value: unknown): number | null => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null);
  const root = typeof entry['root'] === 'string' ? entry['root'] : null;
  return { names, root, maxLength: count(entry['max_model_len']) ?? count(meta['n_ctx']), parameters: count(meta['n_params']) };
}

const PROBE = 'The quick brown fox jumps over the lazy dog.';
/** No tokenizer has it in fewer. */
const FEWEST = 3;

/** Tries what lm-evaluation-harness sends, then vLLM's own form; with token ids where there is a tokenizer, then as text. A text says why there is none. */
export async function scoringOf(server: EndpointServer, model: string, tokens: Tokens | null, signal: AbortSignal): Promise<Scoring | string> {
  const ids = tokens === null ? null : ((await tokens.encodeBatch([PROBE]))[0] ?? []);
  const faults: string[] = [];
  for (const prompts of ids === null ? (['text'] as const) : (['ids', 'text'] as const)) {
    for (const form of ['echo', 'prompt_logprobs'] as const) {
      const found = await probe(server, echoBody(model, prompts === 'ids' ? (ids ?? []) : PROBE, form), form, signal);
      const fault = typeof found === 'string' ? found : missing(found, prompts === 'ids' ? (ids?.length ?? 0) : null);
      if (typeof found !== 'string' && fault === null) return { form, prompts, greedy: tells(found) };
      if (fault !== null) faults.push(fault);
    }
  }
  return faults[0] ?? 'nothing';
}

async function probe(server: EndpointServer, body: object, form: EchoForm, signal: AbortSignal): Promise<Echoed | string> {
  try {
    return readEchoed(await server.ask(`${server.endpoint}/completions`, body, signal, PROBE_TRIES), form);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return error instanceof AssayError ? String(error.args['detail'] ?? error.code) : (error as Refusal).detail;
  }
}

/** Some servers answer with the generated token alone, which would make every choice equally likely. */
function missing(echoed: Echoed, ids: number | null): string | null {
  const { tokens } = echoed;
  const whole = ids === null ? tokens.length >= FEWEST && placesOf(PROBE, echoed) !== null : tokens.length === ids || tokens.length === ids + 1;
  if (!whole) return `log-probabilities of ${tokens.length} tokens, which are not those of the prompt`;
  return tokens.slice(1).some(({ logprob }) => logprob === null) ? 'no log-probabilities for tokens of the prompt' : null;
}

function tells({ tokens }: Echoed): boolean {
  return tokens.slice(1, -1).every(({ greedy }) => greedy !== null);
}
