/** Answers to questions by SQuAD's rules (Rajpurkar et al. 2016, 2018; the official scripts of both versions). */
import { normalizeAnswer } from './normalize';

export type AnswerScore = { readonly exact: number; readonly f1: number };

/** The versions differ where nothing is left of both answers: 1 in the second, 0 in the first. */
export type SquadVersion = 1 | 2;

/** One answer against one gold, 0 … 1. */
export function scoreAnswer(prediction: string, gold: string, version: SquadVersion = 2): AnswerScore {
  const [ours, theirs] = [normalizeAnswer(prediction), normalizeAnswer(gold)];
  return { exact: ours === theirs ? 1 : 0, f1: tokenF1(words(ours), words(theirs), version) };
}

/** Against the best of several golds, exact and F1 apart. Version 2 leaves out golds that normalise to nothing, and takes "" where none is left. */
export function scoreBest(prediction: string, golds: readonly string[], version: SquadVersion): AnswerScore {
  const kept = version === 1 ? golds : golds.filter((gold) => normalizeAnswer(gold) !== '');
  const scores = (kept.length === 0 ? [''] : kept).map((gold) => scoreAnswer(prediction, gold, version));
  return { exact: Math.max(...scores.map(({ exact }) => exact)), f1: Math.max(...scores.map(({ f1 }) => f1)) };
}

/** SQuAD 1: percent over questions. */
export function squad(predictions: readonly string[], golds: readonly (readonly string[])[]): { readonly exact_match: number; readonly f1: number } {
  const scores = predictions.map((prediction, index) => scoreBest(prediction, golds[index] ?? [], 1));
  return { exact_match: percent(scores, ({ exact }) => exact), f1: percent(scores, ({ f1 }) => f1) };
}

export function percent<T>(items: readonly T[], of: (item: T) => number): number {
  return (100 * items.reduce((total, item) => total + of(item), 0)) / items.length;
}

function words(normalized: string): string[] {
  return normalized === '' ? [] : normalized.split(' ');
}

function tokenF1(prediction: readonly string[], gold: readonly string[], version: SquadVersion): number {
  if (version === 2 && (prediction.length === 0 || gold.length === 0)) return prediction.length === gold.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of gold) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of prediction) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    same++;
  }
  if (same === 0) return 0;
  const [precision, recall] = [same / prediction.length, same / gold.length];
  return (2 * precision * recall) / (precision + recall);
}
