/** Answers changed one by one (lm-evaluation-harness 0.4.13, filters/transformation.py and extraction.py). */
import { dictGet, requireHashable } from '../../python/compare';
import { PyError } from '../../python/errors';
import { repr } from '../../python/print';
import { strip } from '../../python/string';
import { eachAnswer, type Filter, type FilterMaker, knownKeys, plain, requireText } from './filter';

export const lowercase: FilterMaker = plain(eachAnswer((answer) => requireText(answer, 'lower').toLowerCase()));

export const uppercase: FilterMaker = plain(eachAnswer((answer) => requireText(answer, 'upper').toUpperCase()));

/** Leading and trailing white space goes. */
export const removeWhitespace: FilterMaker = plain(eachAnswer((answer) => strip(requireText(answer, 'strip'), null, 'both')));

/** `mapping_dict`; what is not in it becomes `default_value`. */
export const mapAnswers: FilterMaker = (options): Filter => {
  knownKeys(options, ['mapping_dict', 'default_value']);
  const mapping = options['mapping_dict'] ?? new Map();
  if (!(mapping instanceof Map)) throw new PyError('TypeError', `mapping_dict must be a mapping, not ${repr(mapping)}`);
  const otherwise = options['default_value'] ?? null;
  return eachAnswer((answer) => {
    requireHashable(answer);
    return dictGet(mapping, answer) ?? otherwise;
  });
};
