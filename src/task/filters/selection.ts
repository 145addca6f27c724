/** Which of a document's answers count (lm-evaluation-harness 0.4.13, filters/selection.py). */
import { equals, iterate } from '../../python/compare';
import { PyError } from '../../python/errors';
import { getItem } from '../../python/subscript';
import type { PyValue } from '../../python/value';
import { type Filter, type FilterMaker, knownKeys, plain, wholeNumberOption } from './filter';

export const takeFirst: FilterMaker = plain((answers) => getItem(answers, 0n));

/** Needs `repeats` of at least k. */
export const takeFirstK: FilterMaker = (options): Filter => {
  knownKeys(options, ['k']);
  if (options['k'] === undefined) throw new PyError('KeyError', 'it needs k');
  const k = wholeNumberOption(options, 'k', 0n);
  return (answers) => {
    const all = [...iterate(answers)];
    if (all.length < k) throw new PyError('ValueError', `needs at least ${k} answers a document to take the first ${k}, but got ${all.length}: raise \`repeats\``);
    return all.slice(0, k);
  };
};

/** The most frequent answer; of several, the one that came first. */
export const majorityVote: FilterMaker = plain((answers) => {
  const votes: { readonly answer: PyValue; count: number }[] = [];
  for (const answer of iterate(answers)) {
    const known = votes.find((vote) => equals(vote.answer, answer));
    if (known === undefined) votes.push({ answer, count: 1 });
    else known.count++;
  }
  const [first] = votes;
  if (first === undefined) throw new PyError('IndexError', 'list index out of range');
  return [votes.reduce((most, vote) => (vote.count > most.count ? vote : most), first).answer];
});
