/** Scores over the corpus of classified documents, which no document has of its own. */
import { bcaInterval, replicateSteps } from '../../statistics/bootstrap';
import { CellTable } from '../../statistics/cells';
import { bare, type Estimate } from '../../statistics/estimate';
import { around, CORPUS_FROM, LIVE_METHOD } from '../../statistics/live';
import { zCritical } from '../../statistics/special';
import { type BinaryCounts, Confusion, type CorpusScore } from '../confusion';
import type { ScoreColumn } from '../score-column';
import type { Aggregation } from './aggregation';
import { RunningConfusion } from './running-confusion';

/** Below this many documents a corpus score's delta method covers too little. */
const BCA_BELOW = 200;
/** More than two classes have no delta formula here; beyond this many documents resampling them would take seconds. */
const BCA_AT_MOST = 5_000;
const BCA_RESAMPLES = 10_000;

type OfCorpus = {
  /** Standard error from the four cells of a binary table (delta method); null where it has none. */
  readonly delta: (counts: BinaryCounts) => { readonly stderr: number | null };
  readonly lowest: number;
  /** Resamples as the harness does, which asks scikit-learn: null where that would refuse. */
  readonly takesClasses: boolean;
  /** The harness knows it as a function of a task's own, whose standard error it does not resample. */
  readonly isOwn?: boolean;
};

/**
 * While it streams: t mixture of the delta method from 100 documents, approximate. At the end: BCa below 200 documents and for
 * several classes, else the delta method.
 */
export function ofCorpus<Name extends CorpusScore>(name: Name, { delta, lowest, takesClasses, isOwn = false }: OfCorpus): Aggregation<Name> {
  /** null where there is none: more than two classes, one document, a score that is 0 for want of a single hit or by convention. */
  const stderrOf = (counts: Confusion): number | null => {
    const { binary } = counts;
    return binary === null || counts.isUndefined[name] ? null : delta(binary).stderr;
  };
  const live = (counts: Confusion, n: number, value: number, total: number, alpha: number): Estimate => {
    const stderr = stderrOf(counts);
    const spread = stderr === null ? null : around(value, stderr * Math.sqrt(n), n, CORPUS_FROM, total, alpha);
    return spread === null ? bare(value) : { value, ...spread, method: LIVE_METHOD, approximate: true };
  };
  function* final(column: ScoreColumn, confidence: number): Generator<void, Estimate> {
    const pairs = column.pairs();
    if (pairs === null) return bare(NaN);
    const counts = Confusion.of(pairs);
    const value = counts.score(name);
    if (column.length < 2 || Number.isNaN(value) || counts.isUndefined[name]) return bare(value);
    const stderr = stderrOf(counts);
    if (column.length < BCA_BELOW || (stderr === null && column.length <= BCA_AT_MOST)) {
      const cells = new CellTable(pairs);
      const replicates = yield* replicateSteps(column.length, cells.statistic(name), BCA_RESAMPLES);
      return { value, stderr, interval: bcaInterval(replicates, value, cells.jackknife(name), confidence), method: 'bca', approximate: true };
    }
    if (stderr === null) return bare(value);
    const half = zCritical(confidence) * stderr;
    return { value, stderr, interval: [Math.max(lowest, value - half), Math.min(1, value + half)], method: 'delta', approximate: true };
  }
  return {
    name,
    takes: 'pair',
    running: () => new RunningConfusion(name, live),
    value: (column) => {
      const pairs = column.pairs();
      return pairs === null ? NaN : Confusion.of(pairs).score(name);
    },
    final,
    harnessStderr: isOwn ? { kind: 'none' } : {
      kind: 'bootstrap',
      statistic: (column) => {
        const pairs = column.pairs();
        const cells = pairs === null ? null : new CellTable(pairs);
        return cells === null || (!takesClasses && !cells.isBinary) ? null : cells.statistic(name);
      },
    },
  };
}
