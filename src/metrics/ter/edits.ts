import { EditDistance, NOWHERE } from './edit-distance';
import { bestShift, MOST_TRIED } from './shifts';

/**
 * Fewest edits from a hypothesis to a reference, a shift of a block of words counted as one (Snover et al. 2006; sacrebleu 2.6.0,
 * translation_edit_rate: its beam, its limits, its order of preference). Time grows with the length of the texts, not with its square.
 */
export function edits(hypothesis: readonly string[], reference: readonly string[]): number {
  if (reference.length === 0) return hypothesis.length;
  const numbers = new Map<string, number>();
  const theirs = Int32Array.from(reference, (word) => {
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  });
  let ours = Int32Array.from(hypothesis, (word) => numbers.get(word) ?? NOWHERE);
  const distance = new EditDistance(ours, theirs);
  const fewest = Math.abs(ours.length - theirs.length);
  let [shifts, tried] = [0, 0];
  // Below the difference in length there is nothing to gain.
  while (distance.distance > fewest) {
    const search = bestShift(distance, ours, theirs, tried);
    tried = search.tried;
    if (tried >= MOST_TRIED || search.best === null || search.best.gain <= 0) break;
    const { start, words } = search.best;
    ours = ours.slice();
    ours.set(words, start);
    distance.replace(words, start);
    shifts++;
  }
  return shifts + distance.distance;
}
