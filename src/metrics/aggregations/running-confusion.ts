import type { Estimate } from '../../statistics/estimate';
import { Confusion, type CorpusScore } from '../confusion';
import type { Value } from '../score';
import type { RunningScore } from './running-score';

/** Corpus scores of classification while documents come: counts by gold and prediction. */
export class RunningConfusion implements RunningScore {
  n = 0;
  private readonly counts = new Confusion();
  private fits = true;

  constructor(
    private readonly name: CorpusScore,
    private readonly estimate: (counts: Confusion, n: number, value: number, total: number, alpha: number) => Estimate,
  ) {}

  add(score: Value): void {
    this.n++;
    if (score.kind === 'pair' && typeof score.gold === 'number') this.counts.add(score.gold, score.prediction);
    else this.fits = false;
  }

  value(partial: Value | null = null): number {
    if (!this.fits) return NaN;
    if (partial === null) return this.counts.score(this.name);
    if (partial.kind !== 'pair' || typeof partial.gold !== 'number') return NaN;
    this.counts.add(partial.gold, partial.prediction);
    const value = this.counts.score(this.name);
    this.counts.add(partial.gold, partial.prediction, -1);
    return value;
  }

  live(value: number, total: number, alpha: number): Estimate {
    return this.estimate(this.counts, this.n, value, total, alpha);
  }
}
