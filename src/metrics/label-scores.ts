/** Precision, recall and F1 of labels over a corpus, as scikit-learn averages them. */
import { PyError } from '../python/errors';

export type LabelScore = { readonly precision: number; readonly recall: number; readonly f1: number };

/** `binary`: of label 1; `micro`: of all documents together; `macro`: mean over labels in gold or prediction; `weighted`: by their golds. */
export type LabelAverage = 'binary' | 'micro' | 'macro' | 'weighted';

/** 0/0 is 0. Throws PyError ValueError for `binary` of other labels than 0 and 1. */
export function labelScore(golds: readonly number[], predictions: readonly number[], average: LabelAverage): LabelScore {
  const labels = Array.from(new Set([...golds, ...predictions])).sort((a, b) => a - b);
  switch (average) {
    case 'binary':
      if (labels.length > 1 && labels.some((label) => label !== 0 && label !== 1)) throw new PyError('ValueError', `F1 of two classes wants the labels 0 and 1, not ${labels.join(', ')}`);
      return ofLabel(golds, predictions, 1);
    case 'micro': {
      const share = golds.filter((gold, index) => gold === predictions[index]).length / golds.length;
      return { precision: share, recall: share, f1: share };
    }
    case 'macro':
      return averaged(labels.map((label) => ofLabel(golds, predictions, label)), labels.map(() => 1));
    case 'weighted':
      return averaged(labels.map((label) => ofLabel(golds, predictions, label)), labels.map((label) => golds.filter((gold) => gold === label).length));
  }
}

/** SuperGLUE's CommitmentBank: the mean F1 of its three classes, each against the others. */
export function commitmentBankF1(golds: readonly number[], predictions: readonly number[]): number {
  return [0, 1, 2].reduce((total, label) => total + ofLabel(golds, predictions, label).f1, 0) / 3;
}

function ofLabel(golds: readonly number[], predictions: readonly number[], label: number): LabelScore {
  let [hits, wanted, predicted] = [0, 0, 0];
  for (const [index, gold] of golds.entries()) {
    const isOne = predictions[index] === label;
    if (gold === label) wanted++;
    if (isOne) predicted++;
    if (gold === label && isOne) hits++;
  }
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return { precision: ratio(hits, predicted), recall: ratio(hits, wanted), f1: ratio(2 * hits, wanted + predicted) };
}

function averaged(scores: readonly LabelScore[], weights: readonly number[]): LabelScore {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (score: LabelScore) => number): number => scores.reduce((sum, score, index) => sum + of(score) * (weights[index] ?? 0), 0) / total;
  return { precision: mean(({ precision }) => precision), recall: mean(({ recall }) => recall), f1: mean(({ f1 }) => f1) };
}
