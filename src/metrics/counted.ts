/** Corpus scores of generated text: what is counted of each document is added up, and the score is a formula over the sums. */
import { bleu } from './bleu/score';
import { chrf } from './chrf/score';
import { ter } from './ter/statistics';

export type CountedAggregation = 'bleu' | 'chrf' | 'chrf++' | 'ter';

export type CountedFormula = {
  /** Counts of a document. */
  readonly width: number;
  readonly score: (sums: ArrayLike<number>) => number;
  /** The score is 0 by convention where nothing matches: nothing is known of its spread. */
  readonly zeroIsUndefined: boolean;
};

/** As the harness has them: sacrebleu's defaults. */
const FORMULAS: Readonly<Record<CountedAggregation, CountedFormula>> = {
  bleu: { width: 10, score: (sums) => bleu(sums).score, zeroIsUndefined: true },
  chrf: { width: 18, score: (sums) => chrf(sums), zeroIsUndefined: true },
  'chrf++': { width: 24, score: (sums) => chrf(sums), zeroIsUndefined: true },
  ter: { width: 2, score: ter, zeroIsUndefined: false },
};

export function isCounted(aggregation: string): aggregation is CountedAggregation {
  return Object.hasOwn(FORMULAS, aggregation);
}

export function countedFormula(aggregation: CountedAggregation): CountedFormula {
  return FORMULAS[aggregation];
}

/** Sums over documents, in document order, of counts that lie one kind after the other. */
export function sumsOf(counts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(counts, (lane) => {
    let total = 0;
    for (let i = 0; i < lane.length; i++) total += lane[i] ?? NaN;
    return total;
  });
}
