import { type CorpusScore, f1OfCounts, Labels, type LabelScore, labelScore, mccOfSums } from '../metrics/confusion';
import type { Pairs } from '../metrics/score-column';
import type { Statistic } from './bootstrap';

/**
 * Documents by the cell of the confusion table they fall in. A corpus score knows no more of a document than its cell:
 * a resample is counted by cell, and leaving out one document of a cell is like leaving out another.
 */
export class CellTable {
  /** The cell of each document. */
  private readonly cellOf: Uint32Array;
  /** By cell: its gold's and its prediction's number, and its documents. */
  private readonly gold: number[] = [];
  private readonly prediction: number[] = [];
  private readonly documents: number[] = [];
  private readonly labels = new Labels();

  constructor({ golds, predictions }: Pairs) {
    this.cellOf = new Uint32Array(golds.length);
    /** By gold, then by prediction. */
    const cells: number[][] = [];
    for (let i = 0; i < golds.length; i++) {
      const [gold, prediction] = [this.labels.idOf(golds[i] ?? NaN), this.labels.idOf(predictions[i] ?? NaN)];
      const row = (cells[gold] ??= []);
      let cell = row[prediction];
      if (cell === undefined) {
        cell = this.gold.push(gold) - 1;
        this.prediction.push(prediction);
        this.documents.push(0);
        row[prediction] = cell;
      }
      this.cellOf[i] = cell;
      this.documents[cell] = (this.documents[cell] ?? 0) + 1;
    }
  }

  /** No other label than 0 and 1. */
  get isBinary(): boolean {
    return this.labels.all.every((label) => label === 0 || label === 1);
  }

  statistic(score: CorpusScore): Statistic {
    const { cellOf } = this;
    const counts = new Uint32Array(this.gold.length);
    return (indices) => {
      counts.fill(0);
      for (let i = 0; i < indices.length; i++) {
        const cell = cellOf[indices[i] ?? 0] ?? 0;
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
      return this.score(score, counts);
    };
  }

  /** The score without each document, in document order: one evaluation for each cell. */
  jackknife(score: CorpusScore): Float64Array {
    const counts = Uint32Array.from(this.documents);
    const without = this.documents.map((count, cell) => {
      counts[cell] = count - 1;
      const value = this.score(score, counts);
      counts[cell] = count;
      return value;
    });
    return Float64Array.from(this.cellOf, (cell) => without[cell] ?? NaN);
  }

  private score(score: CorpusScore, counts: Uint32Array): number {
    if (score === 'f1') return this.f1(counts);
    return score === 'matthews_corrcoef' ? this.mcc(counts) : this.byLabel(score, counts);
  }

  private f1(counts: Uint32Array): number {
    const { all } = this.labels;
    let [tp, fp, fn, tn] = [0, 0, 0, 0];
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0;
      const [gold, prediction] = [all[this.gold[cell] ?? 0], all[this.prediction[cell] ?? 0]];
      if (gold === 1) {
        if (prediction === 1) tp += count;
        else fn += count;
      } else if (prediction === 1) fp += count;
      else tn += count;
    }
    return f1OfCounts({ tp, fp, fn, tn });
  }

  private byLabel(score: LabelScore, counts: Uint32Array): number {
    const { size, all: labels } = this.labels;
    const [hits, golds, predictions] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0;
      const [gold, prediction] = [this.gold[cell] ?? 0, this.prediction[cell] ?? 0];
      golds[gold] = (golds[gold] ?? 0) + count;
      predictions[prediction] = (predictions[prediction] ?? 0) + count;
      if (gold === prediction) hits[gold] = (hits[gold] ?? 0) + count;
    }
    return labelScore(score, { labels, hits, golds, predictions });
  }

  private mcc(counts: Uint32Array): number {
    const [golds, predictions] = [new Float64Array(this.labels.size), new Float64Array(this.labels.size)];
    let [total, trace] = [0, 0];
    for (let cell = 0; cell < counts.length; cell++) {
      const count = counts[cell] ?? 0;
      const [gold, prediction] = [this.gold[cell] ?? 0, this.prediction[cell] ?? 0];
      golds[gold] = (golds[gold] ?? 0) + count;
      predictions[prediction] = (predictions[prediction] ?? 0) + count;
      total += count;
      if (gold === prediction) trace += count;
    }
    let [cross, goldSquares, predictionSquares] = [0, 0, 0];
    for (let label = 0; label < golds.length; label++) {
      const [gold, prediction] = [golds[label] ?? 0, predictions[label] ?? 0];
      cross += gold * prediction;
      goldSquares += gold * gold;
      predictionSquares += prediction * prediction;
    }
    return mccOfSums(total, trace, cross, goldSquares, predictionSquares);
  }
}
