import { AssayError } from '../protocol/errors';
import type { PyValue } from '../python/value';

/** How a text is generated. */
export type GenerationOptions = {
  /** The text is cut before the first of them, tried in this order. */
  readonly stops: readonly string[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** transformers' processors of logits; null: as the checkpoint says. */
  readonly repetitionPenalty: number | null;
  readonly noRepeatGram: number | null;
};

export type Sampling =
  | { readonly kind: 'greedy' }
  /** null: not limited. `seed` null: the request's. */
  | { readonly kind: 'random'; readonly temperature: number; readonly topP: number | null; readonly topK: number | null; readonly minP: number | null; readonly seed: number | null };

/** What a text is drawn with: the seed of its kwargs, else the request's. */
export function drawSeed(sampling: Extract<Sampling, { kind: 'random' }>, request: { readonly seed: number }): number {
  return sampling.seed ?? request.seed;
}

/** The first that is there counts (the harness's `normalize_gen_kwargs`). */
const LIMITS = ['max_gen_toks', 'max_new_tokens', 'max_tokens', 'max_completion_tokens'] as const;
const KNOWN: ReadonlySet<string> = new Set(['until', ...LIMITS, 'do_sample', 'temperature', 'top_p', 'top_k', 'min_p', 'repetition_penalty', 'no_repeat_ngram_size', 'seed', 'num_beams']);
const DEFAULT_TOKENS = 256;

/**
 * Reads generation kwargs as the harness does before it generates (lm-eval-spec §1.6). Throws AssayError `bad-generation-option` for a
 * value that means nothing, and for an option that would change the text and is not known here.
 */
export function generationOptions(kwargs: ReadonlyMap<string, PyValue>): GenerationOptions {
  for (const [name, value] of kwargs) if (!KNOWN.has(name)) throw bad(name, value, `known are ${[...KNOWN].join(', ')}`);
  const beams = wholeNumber(kwargs, 'num_beams') ?? 1;
  if (beams !== 1) throw bad('num_beams', BigInt(beams), 'beams are not searched here: leave it out, or 1');
  const repetitionPenalty = number(kwargs, 'repetition_penalty');
  if (repetitionPenalty !== null && repetitionPenalty <= 0) throw bad('repetition_penalty', repetitionPenalty, 'above 0; 1 changes nothing');
  const noRepeatGram = wholeNumber(kwargs, 'no_repeat_ngram_size');
  if (noRepeatGram !== null && noRepeatGram < 0) throw bad('no_repeat_ngram_size', BigInt(noRepeatGram), '0 or more; 0 changes nothing');
  return { stops: stops(kwargs), maxTokens: tokenLimit(kwargs), sampling: sampling(kwargs), repetitionPenalty, noRepeatGram };
}

function stops(kwargs: ReadonlyMap<string, PyValue>): readonly string[] {
  const until = kwargs.get('until') ?? [];
  const list = Array.isArray(until) ? until : [until];
  return list.map((stop) => {
    if (typeof stop !== 'string') throw bad('until', stop, 'stop strings are text');
    return stop;
  });
}

function tokenLimit(kwargs: ReadonlyMap<string, PyValue>): number {
  for (const name of LIMITS) {
    const limit = wholeNumber(kwargs, name);
    if (limit === null) continue;
    if (limit < 1) throw bad(name, BigInt(limit), 'at least one token is generated');
    return limit;
  }
  return DEFAULT_TOKENS;
}

/** Without `do_sample` the temperature decides; `do_sample: false` is greedy at any temperature. */
function sampling(kwargs: ReadonlyMap<string, PyValue>): Sampling {
  const temperature = number(kwargs, 'temperature') ?? 0;
  const asked = kwargs.get('do_sample') ?? null;
  if (asked !== null && typeof asked !== 'boolean') throw bad('do_sample', asked, 'true or false');
  if (!(asked ?? temperature > 0)) return { kind: 'greedy' };
  const degree = kwargs.has('temperature') ? temperature : 1;
  if (degree <= 0) throw bad('temperature', degree, 'random sampling needs more than 0');
  const topP = number(kwargs, 'top_p');
  if (topP !== null && (topP <= 0 || topP > 1)) throw bad('top_p', topP, 'above 0, at most 1');
  const topK = wholeNumber(kwargs, 'top_k');
  if (topK !== null && topK < 0) throw bad('top_k', BigInt(topK), '0 or more');
  const minP = number(kwargs, 'min_p');
  if (minP !== null && (minP < 0 || minP > 1)) throw bad('min_p', minP, '0 to 1');
  return { kind: 'random', temperature: degree, topP: topP === 1 ? null : topP, topK: topK === 0 ? null : topK, minP: minP === 0 ? null : minP, seed: wholeNumber(kwargs, 'seed') };
}

function number(kwargs: ReadonlyMap<string, PyValue>, name: string): number | null {
  const value = kwargs.get(name) ?? null;
  if (value === null) return null;
  const read = typeof value === 'bigint' ? Number(value) : value;
  if (typeof read !== 'number' || !Number.isFinite(read)) throw bad(name, value, 'a number');
  return read;
}

function wholeNumber(kwargs: ReadonlyMap<string, PyValue>, name: string): number | null {
  const value = number(kwargs, name);
  if (value !== null && !Number.isSafeInteger(value)) throw bad(name, value, 'a whole number');
  return value;
}

function bad(option: string, value: PyValue, hint: string): AssayError {
  return new AssayError('bad-generation-option', { option, value: typeof value === 'object' && value !== null ? '…' : String(value), hint });
}
