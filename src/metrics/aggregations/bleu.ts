import { bleu as bleuOf } from '../bleu/score';
import { ofCounts } from './counted';

/** sacrebleu's defaults, as the harness has them. */
export const bleu = ofCounts('bleu', { width: 10, score: (sums) => bleuOf(sums).score, zeroIsUndefined: true });
