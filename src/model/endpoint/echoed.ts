/** Log-probabilities of a prompt's own tokens, as servers send them. Numbers are natural logarithms. */
import { isRecord, onlyChoice, usedTokens } from './answer';

export type EchoedToken = {
  /** null: the first token, before which nothing stands, has none. */
  readonly logprob: number | null;
  /** It was the most likely one; null: the server does not tell. */
  readonly greedy: boolean | null;
};

/** The tokens of a prompt and of at most one generated token behind them. */
export type Echoed = {
  readonly tokens: readonly EchoedToken[];
  /** The text of each; null where it is not told. */
  readonly texts: readonly string[] | null;
  /** Where each begins in the text, in code points; null where it is not told. */
  readonly offsets: readonly number[] | null;
  /** Tokens of the prompt by the server's own count; 0: it does not count. */
  readonly promptTokens: number;
};

/** How a server is asked for them: `echo` of OpenAI's completions, or vLLM's `prompt_logprobs`. */
export type EchoForm = 'echo' | 'prompt_logprobs';

/** The body lm-evaluation-harness 0.4.13 sends (`local-completions`), in vLLM's form without the echo. */
export function echoBody(model: string, prompt: string | readonly number[], form: EchoForm): object {
  const common = { model, prompt, temperature: 0, max_tokens: 1, seed: 1234 };
  return form === 'echo' ? { ...common, logprobs: 1, echo: true } : { ...common, prompt_logprobs: 1 };
}

/** What an answer says, or in words what is wrong with it. */
export function readEchoed(answer: unknown, form: EchoForm): Echoed | string {
  const choice = onlyChoice(answer);
  if (typeof choice === 'string') return choice;
  const { prompt } = usedTokens(answer);
  return form === 'echo' ? readEcho(choice['logprobs'], prompt) : readPromptLogprobs(choice['prompt_logprobs'], prompt);
}

function readEcho(value: unknown, promptTokens: number): Echoed | string {
  if (!isRecord(value)) return 'no log-probabilities ("logprobs")';
  const logprobs = value['token_logprobs'];
  if (!Array.isArray(logprobs)) return 'no "token_logprobs"';
  const numbers = readLogprobs(logprobs);
  if (typeof numbers === 'string') return numbers;
  const tops = value['top_logprobs'] ?? null;
  if (tops !== null && (!Array.isArray(tops) || tops.length !== numbers.length)) return `"top_logprobs" and "token_logprobs" are of different lengths`;
  const tokens: EchoedToken[] = [];
  for (const [index, logprob] of numbers.entries()) {
    const best = bestOf((tops as readonly unknown[] | null)?.[index] ?? null);
    if (typeof best === 'string') return best;
    // As the harness has it: equal to the best of those listed. Some list the token itself only where it is among the best.
    tokens.push({ logprob, greedy: logprob === null || best === null ? null : logprob >= best });
  }
  const texts = listOf(value['tokens'], numbers.length, (text) => typeof text === 'string');
  const offsets = listOf(value['text_offset'], numbers.length, (offset) => Number.isSafeInteger(offset) && (offset as number) >= 0);
  if (texts === 'wrong' || offsets === 'wrong') return `"tokens" or "text_offset" do not fit "token_logprobs"`;
  return { tokens, texts: texts as readonly string[] | null, offsets: offsets as readonly number[] | null, promptTokens };
}

/** vLLM: an entry a token, null for the first; else by token id the token itself and the most likely one, with ranks. */
function readPromptLogprobs(value: unknown, promptTokens: number): Echoed | string {
  if (!Array.isArray(value)) return 'no "prompt_logprobs"';
  const tokens: EchoedToken[] = [];
  const texts: string[] = [];
  for (const entry of value as readonly unknown[]) {
    if (entry === null) {
      tokens.push({ logprob: null, greedy: null });
      texts.push('');
      continue;
    }
    const listed = isRecord(entry) ? Object.values(entry) : [];
    // Of the one or two entries the token itself has the higher rank: the most likely one has rank 1.
    let own: { readonly logprob: number; readonly rank: number; readonly text: string } | null = null;
    for (const candidate of listed) {
      if (!isRecord(candidate) || !isLogprob(candidate['logprob']) || !Number.isSafeInteger(candidate['rank'])) return '"prompt_logprobs" with an entry that has no logprob and rank';
      const { logprob, rank, decoded_token: text } = candidate as { logprob: number; rank: number; decoded_token?: unknown };
      if (own === null || rank > own.rank) own = { logprob, rank, text: typeof text === 'string' ? text : '' };
    }
    if (own === null) return '"prompt_logprobs" with an entry that names no token';
    tokens.push({ logprob: own.logprob, greedy: own.rank === 1 });
    texts.push(own.text);
  }
  return { tokens, texts, offsets: null, promptTokens };
}

function readLogprobs(values: readonly unknown[]): readonly (number | null)[] | string {
  for (const value of values) if (value !== null && !isLogprob(value)) return `a log-probability that is ${typeof value === 'number' ? 'above 0' : `no number (${typeof value})`}`;
  return values as readonly (number | null)[];
}

/** Rounding may lift a certain token a little above 0. */
const ROUNDING = 1e-3;
const isLogprob = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value <= ROUNDING;

/** The highest of the listed log-probabilities; null where none is listed. */
function bestOf(listed: unknown): number | null | string {
  if (listed === null) return null;
  if (!isRecord(listed)) return '"top_logprobs" with an entry that is no object';
  let best: number | null = null;
  for (const logprob of Object.values(listed)) {
    if (!isLogprob(logprob)) return '"top_logprobs" with a log-probability that is no number';
    if (best === null || logprob > best) best = logprob;
  }
  return best;
}

function listOf(value: unknown, length: number, fits: (item: unknown) => boolean): readonly unknown[] | null | 'wrong' {
  if (value === undefined || value === null) return null;
  return Array.isArray(value) && value.length === length && value.every(fits) ? value : 'wrong';
}
