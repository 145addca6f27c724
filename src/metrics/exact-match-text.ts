import { equals } from '../python/compare';
import { PyError } from '../python/errors';
import { typeName } from '../python/print';
import { PyPattern } from '../python/regex';
import { codePointCount, codePoints } from '../python/unicode';
import type { PyValue } from '../python/value';
import { define } from './define';
import type { GenerationOutcome, Metric } from './metric';
import { flag, options, texts } from './options';

/** Of all answers or all targets of a document together: numpy keeps them in one array. */
type Change = (texts: readonly string[]) => readonly string[];

/** `string.punctuation`: ASCII only. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** numpy knows no text that ends in them. */
const TRAILING_NULS = /\0+$/;

/**
 * The answer is the target, or one of several (lm-evaluation-harness 0.4.13, `exact_match_hf_evaluate`; lm-eval-spec §3.5). Its
 * options change both sides in this order: `regexes_to_ignore`, `ignore_case`, `ignore_punctuation`, `ignore_numbers`. White space counts.
 * A list that no filter has shortened counts by the share of its answers that are right.
 */
function exactMatchBy(changes: readonly Change[]): Metric<GenerationOutcome> {
  const changed = (values: readonly PyValue[]): readonly PyValue[] => {
    if (changes.length === 0) return values.map((value) => (typeof value === 'string' ? value.replace(TRAILING_NULS, '') : value));
    const texts = values.map((value) => {
      if (typeof value === 'string') return value;
      throw new PyError('TypeError', `string operation on non-string array: exact_match has options for text only, and got ${typeName(value)}`);
    });
    return changes.reduce<readonly string[]>((some, change) => change(some), texts).map((text) => text.replace(TRAILING_NULS, ''));
  };
  return {
    name: 'exact_match',
    outputTypes: ['generate_until'],
    aggregation: 'mean',
    higherIsBetter: true,
    form: 'proportion',
    value: ({ result, gold, severalTargets }) => {
      const answers = changed(Array.isArray(result) ? result : [result]);
      const targets = changed(severalTargets && Array.isArray(gold) ? gold : [gold]);
      const right = answers.filter((answer) => targets.some((target) => equals(answer, target))).length;
      return { kind: 'number', value: severalTargets ? Number(right > 0) : right / answers.length };
    },
    configure: (given) => exactMatchBy(changesOf(given)),
  };
}

function changesOf(given: Readonly<Record<string, PyValue>>): readonly Change[] {
  const asked = options('exact_match', given, ['regexes_to_ignore', 'ignore_case', 'ignore_punctuation', 'ignore_numbers']);
  const ignored = texts(asked, 'regexes_to_ignore').map((source) => new PyPattern(source));
  return [
    ...ignored.map((pattern): Change => each((text) => pattern.sub('', text, 0))),
    ...(flag(asked, 'ignore_case') ? [lowered] : []),
    ...(flag(asked, 'ignore_punctuation') ? [each((text) => text.replace(PUNCTUATION, ''))] : []),
    ...(flag(asked, 'ignore_numbers') ? [each((text) => text.replace(/[0-9]/g, ''))] : []),
  ];
}

function each(change: (text: string) => string): Change {
  return (texts) => texts.map(change);
}

/** numpy's arrays of text are as wide as their longest: what grows beyond that in lower case (İ is two characters then) is cut. */
function lowered(texts: readonly string[]): readonly string[] {
  const width = texts.reduce((most, text) => Math.max(most, codePointCount(text)), 0);
  return texts.map((text) => {
    const lower = text.toLowerCase();
    return codePointCount(lower) > width ? codePoints(lower).slice(0, width).join('') : lower;
  });
}

export const exactMatchText = define<GenerationOutcome>(exactMatchBy([]));
