/** Answers found by a pattern (lm-evaluation-harness 0.4.13, filters/extraction.py). Patterns mean what Python's `re` means. */
import { PyError } from '../../python/errors';
import { repr } from '../../python/print';
import { PyPattern } from '../../python/regex';
import { strip } from '../../python/string';
import { PyTuple, type PyValue } from '../../python/value';
import { eachAnswer, type Filter, type FilterMaker, knownKeys, textOption, wholeNumberOption } from './filter';

export const DEFAULT_PATTERN = '#### (\\-?[0-9\\.\\,]+)';
export const DEFAULT_FALLBACK = '[invalid]';

/** `findall`, then the match at `group_select` (from the end where negative); of several groups the first that is not empty. */
export const regex: FilterMaker = (options): Filter => {
  knownKeys(options, ['regex_pattern', 'group_select', 'fallback']);
  const pattern = new PyPattern(textOption(options, 'regex_pattern', DEFAULT_PATTERN));
  const select = wholeNumberOption(options, 'group_select', 0n);
  const fallback = options['fallback'] ?? DEFAULT_FALLBACK;
  return eachAnswer((answer) => {
    const match = selectedMatch(pattern, typeof answer === 'string' ? answer : '', select);
    if (match === null) return fallback;
    return match instanceof PyTuple ? filled(match, fallback) : strip(match, null, 'both');
  });
};

function filled(match: PyTuple, fallback: PyValue): PyValue {
  const group = match.items.find((item) => item !== '') ?? fallback;
  if (typeof group !== 'string') throw new PyError('AttributeError', `a fallback that is no text cannot stand for a match without groups: ${repr(group)}`);
  return strip(group, null, 'both');
}

/** null where nothing matches. Throws PyError IndexError where there are matches, but not so many. */
export function selectedMatch(pattern: PyPattern, text: string, select: number): string | PyTuple | null {
  const matches = pattern.findAll(text);
  if (matches.length === 0) return null;
  const match = matches.at(select);
  if (match === undefined) throw new PyError('IndexError', `group_select ${select}, but the pattern matched ${matches.length} times`);
  return match;
}
