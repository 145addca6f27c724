import { equals } from '../python/compare';
import { PyError } from '../python/errors';
import { typeName } from '../python/print';
import { PyPattern } from '../python/regex';
import type { PyValue } from '../python/value';
import { define } from './define';
import type { GenerationOutcome, Metric } from './metric';
import { flag, options, texts } from './options';

type Change = (text: string) => string;

/** `string.punctuation`: ASCII only. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/**
 * The answer is the target, or one of several (lm-evaluation-harness 0.4.13, `exact_match_hf_evaluate`; lm-eval-spec §3.5). Its
 * options change both sides in this order: `regexes_to_ignore`, `ignore_case`, `ignore_punctuation`, `ignore_numbers`. White space counts.
 * A list that no filter has shortened counts by the share of its answers that are right.
 */
function exactMatchBy(changes: readonly Change[]): Metric<GenerationOutcome> {
  const changed = (value: PyValue): PyValue => {
    if (changes.length === 0) return value;
    if (typeof value !== 'string') throw new PyError('TypeError', `string operation on non-string array: exact_match has options for text only, and got ${typeName(value)}`);
    return changes.reduce((text, change) => change(text), value);
  };
  const share = (result: PyValue, gold: PyValue): number => {
    const answers = Array.isArray(result) ? result : [result];
    const target = changed(gold);
    return answers.filter((answer) => equals(changed(answer), target)).length / answers.length;
  };
  return {
    name: 'exact_match',
    outputTypes: ['generate_until'],
    aggregation: 'mean',
    higherIsBetter: true,
    form: 'proportion',
    value: ({ result, gold, severalTargets }) => {
      if (!severalTargets) return { kind: 'number', value: share(result, gold) };
      const targets = Array.isArray(gold) ? gold : [gold];
      return { kind: 'number', value: targets.some((target) => share(result, target) > 0) ? 1 : 0 };
    },
    configure: (given) => exactMatchBy(changesOf(given)),
  };
}

function changesOf(given: Readonly<Record<string, PyValue>>): readonly Change[] {
  const asked = options('exact_match', given, ['regexes_to_ignore', 'ignore_case', 'ignore_punctuation', 'ignore_numbers']);
  const ignored = texts(asked, 'regexes_to_ignore').map((source) => new PyPattern(source));
  return [
    ...ignored.map((pattern): Change => (text) => pattern.sub('', text, 0)),
    ...(flag(asked, 'ignore_case') ? [(text: string): string => text.toLowerCase()] : []),
    ...(flag(asked, 'ignore_punctuation') ? [(text: string): string => text.replace(PUNCTUATION, '')] : []),
    ...(flag(asked, 'ignore_numbers') ? [(text: string): string => text.replace(/[0-9]/g, '')] : []),
  ];
}

export const exactMatchText = define<GenerationOutcome>(exactMatchBy([]));
