/** Moving a block of words to where the reference has it (tercom; sacrebleu 2.6.0, lib_ter). */
import { alignmentOf } from './alignment';
import type { EditDistance } from './edit-distance';

/** Words from `start` on stand in another order. */
export type Shift = { readonly gain: number; readonly start: number; readonly words: Int32Array };

export type Search = { readonly best: Shift | null; readonly tried: number };

const MOST_WORDS = 10;
const FURTHEST = 50;
/** Of one pair of texts. */
export const MOST_TRIED = 1000;

/** The shift that saves most edits; of equals the longest, then the earliest block, then the earliest place. `tried`: candidates before. */
export function bestShift(distance: EditDistance, hypothesis: Int32Array, reference: Int32Array, triedBefore: number): Search {
  const before = distance.distance;
  const { places, referenceErrors, hypothesisErrors } = alignmentOf(distance.trace(), hypothesis.length, reference.length);
  let tried = triedBefore;
  let best: (Shift & { readonly length: number; readonly from: number; readonly to: number }) | null = null;
  for (let from = 0; from < hypothesis.length; from++) {
    if (hypothesisErrors[from] === hypothesisErrors[Math.min(hypothesis.length, from + MOST_WORDS)]) continue;
    const last = Math.min(reference.length - 1, from + FURTHEST);
    for (let target = Math.max(0, from - FURTHEST); target <= last; target++) {
      for (let length = 1; length <= MOST_WORDS; length++) {
        if (hypothesis[from + length - 1] !== reference[target + length - 1]) break;
        if (from + length > hypothesis.length || target + length > reference.length) break;
        if (hypothesisErrors[from] === hypothesisErrors[from + length]) continue;
        if (referenceErrors[target] === referenceErrors[target + length]) continue;
        const place = places[target] ?? -1;
        if (from <= place && place < from + length) continue;
        let previous = -1;
        for (let offset = -1; offset < length; offset++) {
          if (target + offset >= reference.length) break;
          const to = target + offset === -1 ? 0 : (places[target + offset] ?? -1) + 1;
          if (to === previous) continue;
          previous = to;
          const { start, words } = moved(hypothesis, from, length, to);
          const gain = before - distance.with(words, start);
          tried++;
          if (best === null || isBefore([gain, length, -from, -to], [best.gain, best.length, -best.from, -best.to])) best = { gain, start, words, length, from, to };
        }
        if (tried >= MOST_TRIED) return { best, tried };
      }
    }
  }
  return { best, tried };
}

function isBefore(candidate: readonly number[], best: readonly number[]): boolean {
  for (const [place, value] of candidate.entries()) {
    const other = best[place] ?? 0;
    if (value !== other) return value > other;
  }
  return false;
}

/** The words that stand otherwise once a block is moved in front of `to`; a place inside the block counts from the block's end. */
function moved(words: Int32Array, from: number, length: number, to: number): { readonly start: number; readonly words: Int32Array } {
  const block = words.subarray(from, from + length);
  if (to < from) return { start: to, words: joined(block, words.subarray(to, from)) };
  const end = to > from + length ? to : Math.min(words.length, length + to);
  return { start: from, words: joined(words.subarray(from + length, end), block) };
}

function joined(first: Int32Array, second: Int32Array): Int32Array {
  const words = new Int32Array(first.length + second.length);
  words.set(first);
  words.set(second, first.length);
  return words;
}
