import { chrf as chrfOf } from '../chrf/score';
import { ofCounts } from './counted';

/** sacrebleu's defaults, as the harness has them: six orders of characters, three counts each. */
export const chrf = ofCounts('chrf', { width: 18, score: chrfOf, zeroIsUndefined: true });

/** With two orders of words. */
export const chrfWithWords = ofCounts('chrf++', { width: 24, score: chrfOf, zeroIsUndefined: true });
