import { Confusion, type CorpusScore } from './confusion';
import type { Value } from './score';

/** Corpus scores of classification while documents come: counts by gold and prediction. */
export class RunningConfusion {
  readonly kind = 'confusion';
  n = 0;
  readonly counts = new Confusion();
  private fits = true;

  constructor(readonly aggregation: CorpusScore) {}

  add(score: Value): void {
    this.n++;
    if (score.kind === 'pair' && typeof score.gold === 'number') this.counts.add(score.gold, score.prediction);
    else this.fits = false;
  }

  value(partial: Value | null = null): number {
    if (!this.fits) return NaN;
    if (partial === null) return this.counts.score(this.aggregation);
    if (partial.kind !== 'pair' || typeof partial.gold !== 'number') return NaN;
    this.counts.add(partial.gold, partial.prediction);
    const value = this.counts.score(this.aggregation);
    this.counts.add(partial.gold, partial.prediction, -1);
    return value;
  }
}
