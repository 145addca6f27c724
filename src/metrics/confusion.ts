/** Counts of documents by gold and prediction, and the corpus formulas over them, as scikit-learn computes them. */
import type { Pairs } from './score-column';

/** A score over the corpus, which no document has of its own. */
export type CorpusScore = 'f1' | 'matthews_corrcoef' | LabelScore;

/** F1 of each label against the rest, averaged: over the labels there are, over all documents, by the labels' golds; or over the labels 0, 1 and 2. */
export type LabelScore = 'f1_macro' | 'f1_micro' | 'f1_weighted' | 'f1_three_classes';

/** Counts of documents by (gold, prediction) where the labels are 0 and 1. */
export type BinaryCounts = { readonly tp: number; readonly fp: number; readonly fn: number; readonly tn: number };

/** All counts are whole numbers far below 2^53: they are exact in whatever order documents come, and a pair can be taken back. */
export class Confusion {
  total = 0;
  private tp = 0;
  private fp = 0;
  private fn = 0;
  private tn = 0;
  private trace = 0;
  private readonly labels = new Labels();
  /** By label: documents with that gold, and with that prediction. */
  private readonly golds: number[] = [];
  private readonly predictions: number[] = [];
  private readonly hits: number[] = [];
  /** Σ gold·prediction, Σ gold² and Σ prediction² over the labels. */
  private cross = 0;
  private goldSquares = 0;
  private predictionSquares = 0;

  static of({ golds, predictions }: Pairs): Confusion {
    const confusion = new Confusion();
    for (let i = 0; i < golds.length; i++) confusion.add(golds[i] ?? NaN, predictions[i] ?? NaN);
    return confusion;
  }

  /** `times`: −1 takes a pair back that was added. */
  add(gold: number, prediction: number, times = 1): void {
    this.total += times;
    if (gold === prediction) {
      this.trace += times;
      if (gold === 1) this.tp += times;
      else if (gold === 0) this.tn += times;
    } else if (gold === 1 && prediction === 0) this.fn += times;
    else if (gold === 0 && prediction === 1) this.fp += times;
    const [g, p] = [this.labels.idOf(gold), this.labels.idOf(prediction)];
    if (g === p) this.hits[g] = (this.hits[g] ?? 0) + times;
    const ofGold = this.golds[g] ?? 0;
    this.golds[g] = ofGold + times;
    this.goldSquares += (2 * ofGold + times) * times;
    this.cross += times * (this.predictions[g] ?? 0);
    const ofPrediction = this.predictions[p] ?? 0;
    this.predictions[p] = ofPrediction + times;
    this.predictionSquares += (2 * ofPrediction + times) * times;
    this.cross += times * (this.golds[p] ?? 0);
  }

  /** null where another label than 0 and 1 occurs, which scikit-learn's binary average refuses. */
  get binary(): BinaryCounts | null {
    const { tp, fp, fn, tn } = this;
    return tp + fp + fn + tn === this.total ? { tp, fp, fn, tn } : null;
  }

  score(name: CorpusScore): number {
    if (name === 'f1') return this.f1();
    if (name === 'matthews_corrcoef') return this.mcc();
    return this.total === 0 ? NaN : labelScore(name, { labels: this.labels.all, hits: this.hits, golds: this.golds, predictions: this.predictions });
  }

  /** 2tp / (2tp + fp + fn); 0 where that is 0/0, NaN of nothing and of other labels. */
  private f1(): number {
    const counts = this.binary;
    return counts === null || this.total === 0 ? NaN : f1OfCounts(counts);
  }

  /** Multiclass Matthews correlation; 0 where one side has a single class, NaN of nothing. */
  private mcc(): number {
    return this.total === 0 ? NaN : mccOfSums(this.total, this.trace, this.cross, this.goldSquares, this.predictionSquares);
  }

  /** Where the score is 0 for want of a single hit (F1) or by convention (one side has a single class): nothing is known of its spread. */
  get isUndefined(): Readonly<Record<CorpusScore, boolean>> {
    const square = this.total * this.total;
    const never = { f1_macro: false, f1_micro: false, f1_weighted: false, f1_three_classes: false };
    return { ...never, f1: this.tp === 0, matthews_corrcoef: this.goldSquares === square || this.predictionSquares === square };
  }
}

export function f1OfCounts({ tp, fp, fn }: BinaryCounts): number {
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn);
}

/** Documents by label, at the label's place: right ones, those with that gold, and with that prediction. */
export type LabelCounts = { readonly labels: readonly number[]; readonly hits: ArrayLike<number>; readonly golds: ArrayLike<number>; readonly predictions: ArrayLike<number> };

/** As scikit-learn averages them: labels that no document has any more do not count; 0/0 is 0. */
export function labelScore(name: LabelScore, { labels, hits, golds, predictions }: LabelCounts): number {
  let [total, weight, right, documents] = [0, 0, 0, 0];
  for (let place = 0; place < labels.length; place++) {
    const [hit, gold, predicted] = [hits[place] ?? 0, golds[place] ?? 0, predictions[place] ?? 0];
    right += hit;
    documents += gold;
    if (gold + predicted === 0 || (name === 'f1_three_classes' && ![0, 1, 2].includes(labels[place] ?? NaN))) continue;
    const share = name === 'f1_weighted' ? gold : 1;
    total += (share * 2 * hit) / (gold + predicted);
    weight += share;
  }
  if (name === 'f1_micro') return right / documents;
  return total / (name === 'f1_three_classes' ? 3 : weight);
}

/** From Σ over the labels: gold·prediction, gold², prediction². */
export function mccOfSums(total: number, trace: number, cross: number, goldSquares: number, predictionSquares: number): number {
  const predictedSpread = total * total - predictionSquares;
  const goldSpread = total * total - goldSquares;
  if (predictedSpread * goldSpread === 0) return 0;
  return (total * trace - cross) / Math.sqrt(predictedSpread * goldSpread);
}

/** Small whole numbers for labels, in the order they are met. */
export class Labels {
  private readonly small: number[] = [];
  private readonly others = new Map<number, number>();
  /** By number. */
  readonly all: number[] = [];

  get size(): number {
    return this.all.length;
  }

  idOf(label: number): number {
    const known = isSmall(label) ? this.small[label] : this.others.get(label);
    if (known !== undefined) return known;
    const id = this.all.push(label) - 1;
    if (isSmall(label)) this.small[label] = id;
    else this.others.set(label, id);
    return id;
  }
}

const SMALL = 256;

function isSmall(label: number): boolean {
  return label >= 0 && label < SMALL && Number.isInteger(label);
}
