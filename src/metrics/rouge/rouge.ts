/** ROUGE (Lin 2004) as the public source of rouge_score has it: precision, recall and F of a prediction against a target. */
import { NgramTable, ngramTotals } from '../ngram-table';
import { commonSubsequence, type Work } from './common-subsequence';
import { rougeTokens } from './tokens';

export type RougeScore = { readonly precision: number; readonly recall: number; readonly fmeasure: number };

/** `rouge1` … `rouge9`: n-grams; `rougeL`: longest common subsequence; `rougeLsum`: the same sentence by sentence, a sentence a line. */
export type RougeType = `rouge${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}` | 'rougeL' | 'rougeLsum';

/** 0 … 1. Throws PyError MemoryError for texts whose subsequences would take too long. */
export function rouge(type: RougeType, target: string, prediction: string, stem: boolean): RougeScore {
  if (type === 'rougeLsum') return summaryScore(sentences(target, stem), sentences(prediction, stem));
  const [theirs, ours] = [rougeTokens(target, stem), rougeTokens(prediction, stem)];
  if (type !== 'rougeL') return ngramScore(theirs, ours, Number(type.slice(-1)));
  if (theirs.length === 0 || ours.length === 0) return scoreOf(0, 1, 1);
  return scoreOf(commonSubsequence(theirs, ours, { cells: 0 }).length, ours.length, theirs.length);
}

/** The target that gives the best F, the first of equals. */
export function rougeBest(type: RougeType, targets: readonly string[], prediction: string, stem: boolean): RougeScore {
  const scores = targets.map((target) => rouge(type, target, prediction, stem));
  return scores.reduce((best, score) => (score.fmeasure > best.fmeasure ? score : best), scores[0] ?? scoreOf(0, 1, 1));
}

function scoreOf(hits: number, predicted: number, wanted: number): RougeScore {
  const [precision, recall] = [hits / Math.max(predicted, 1), hits / Math.max(wanted, 1)];
  return { precision, recall, fmeasure: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0 };
}

function ngramScore(target: readonly string[], prediction: readonly string[], n: number): RougeScore {
  const hits = NgramTable.of(target, n).matches(prediction)[n - 1] ?? 0;
  return scoreOf(hits, ngramTotals(prediction.length, n)[n - 1] ?? 0, ngramTotals(target.length, n)[n - 1] ?? 0);
}

function sentences(text: string, stem: boolean): string[][] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [rougeTokens(line, stem)]));
}

/** Words of each target sentence that stand in a common subsequence with any predicted one; a word hits while both texts have some left. */
function summaryScore(target: readonly string[][], prediction: readonly string[][]): RougeScore {
  const [wanted, predicted] = [counted(target), counted(prediction)];
  const lengths = [prediction, target].map((text) => text.reduce((total, sentence) => total + sentence.length, 0)) as [number, number];
  if (lengths.includes(0)) return scoreOf(0, 1, 1);
  const work: Work = { cells: 0 };
  let hits = 0;
  for (const sentence of target) {
    const places = new Set(prediction.flatMap((other) => commonSubsequence(sentence, other, work)));
    for (const [place, word] of sentence.entries()) {
      const [ours, theirs] = [predicted.get(word) ?? 0, wanted.get(word) ?? 0];
      if (!places.has(place) || ours === 0 || theirs === 0) continue;
      hits++;
      predicted.set(word, ours - 1);
      wanted.set(word, theirs - 1);
    }
  }
  return scoreOf(hits, ...lengths);
}

function counted(sentences: readonly string[][]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of sentences.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
