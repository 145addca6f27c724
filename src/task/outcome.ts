import type { Outcome } from '../metrics/metric';
import { type ScorePiece, type ScoreResponse, tokensOf } from '../model/request';
import { PyError } from '../python/errors';
import { repr, typeName } from '../python/print';
import { codePointCount, SPACE_CLASS } from '../python/unicode';
import type { PyValue } from '../python/value';

/** The gold of a document whose answer is not among its choices. */
export const NO_GOLD = -100;

/**
 * Which choice is right: an index, or a choice's text (its first occurrence); a list where the task has several.
 * `severalTargets` is decided by the task's first document. Throws PyError where the harness crashes.
 */
export function goldOf(target: PyValue, choices: readonly string[], severalTargets: boolean): number | number[] {
  if (Array.isArray(target) !== severalTargets) {
    const wanted = severalTargets ? 'a list, as it does for the first document' : 'one answer, as it does for the first document';
    throw new PyError('TypeError', `doc_to_target must give ${wanted}, not ${repr(target)}`);
  }
  if (!Array.isArray(target)) return goldIndex(target, choices);
  return target.map((item) => {
    const index = asIndex(item);
    if (index === null) throw new PyError('TypeError', `a list of targets must hold indices of choices, not ${repr(item)} (${typeName(item)})`);
    return index < choices.length ? index : NO_GOLD;
  });
}

function goldIndex(target: PyValue, choices: readonly string[]): number {
  if (typeof target === 'string') {
    const index = choices.indexOf(target);
    return index < 0 ? NO_GOLD : index;
  }
  const index = asIndex(target);
  if (index === null) throw new PyError('TypeError', `doc_to_target must give a choice or its index, not ${repr(target)} (${typeName(target)})`);
  return index < choices.length ? index : NO_GOLD;
}

function asIndex(value: PyValue): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'bigint' ? Number(value) : null;
}

/** Scores of a multiple-choice document. Responses: one a choice, then the unconditional ones if there are any. */
export function choiceOutcome(choices: readonly string[], gold: number | readonly number[], responses: readonly ScoreResponse[]): Outcome {
  const conditional = responses.slice(0, choices.length);
  const rest = responses.slice(choices.length);
  return {
    kind: 'multiple_choice',
    logLikelihoods: conditional.map(({ logLikelihood }) => logLikelihood),
    greedy: conditional.map(({ greedy }) => greedy),
    choiceCharacters: choices.map(codePointCount),
    choiceBytes: choices.map((choice) => Buffer.byteLength(choice, 'utf8')),
    unconditional: rest.length === 0 ? null : rest.map(({ logLikelihood }) => logLikelihood),
    gold,
  };
}

export function targetOutcome([response]: readonly ScoreResponse[]): Outcome {
  if (response === undefined) throw new RangeError('no response');
  return { kind: 'loglikelihood', logLikelihood: response.logLikelihood, greedy: response.greedy, tokens: tokensOf(response) };
}

const SPACE_RUN = new RegExp(`[${SPACE_CLASS}]+`, 'g');
const SPACE_AT_START = new RegExp(`^[${SPACE_CLASS}]`);
const SPACE_AT_END = new RegExp(`[${SPACE_CLASS}]$`);

/** Words and bytes of a text that may come in pieces. */
export class TextSize {
  /** Pieces of `re.split(r"\s+", text)`: whitespace at an end adds an empty one. */
  words = 1;
  /** In UTF-8. */
  bytes = 0;
  private endsInSpace = false;

  add(text: string): this {
    if (text === '') return this;
    const runs = text.match(SPACE_RUN)?.length ?? 0;
    const continued = this.endsInSpace && SPACE_AT_START.test(text) ? 1 : 0;
    this.words += runs - continued;
    this.bytes += Buffer.byteLength(text, 'utf8');
    this.endsInSpace = SPACE_AT_END.test(text.slice(-1));
    return this;
  }
}

export function rollingOutcome(text: string, [response]: readonly ScoreResponse[]): Outcome {
  if (response === undefined) throw new RangeError('no response');
  const { words, bytes } = new TextSize().add(text);
  return { kind: 'loglikelihood_rolling', logLikelihood: response.logLikelihood, words, bytes, tokens: tokensOf(response) };
}

/** The outcome of the pieces taken so far; after the last one of a text it is that of the whole. */
export function partialRollingOutcome(): (piece: Pick<ScorePiece, 'text' | 'tokenLogprobs'>) => Outcome {
  const size = new TextSize();
  let [logLikelihood, tokens] = [0, 0];
  return ({ text, tokenLogprobs }) => {
    const { words, bytes } = size.add(text);
    for (const logprob of tokenLogprobs) logLikelihood += logprob;
    tokens += tokenLogprobs.length;
    return { kind: 'loglikelihood_rolling', logLikelihood, words, bytes, tokens };
  };
}
