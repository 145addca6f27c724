import { ter as terOf } from '../ter/statistics';
import { ofCounts } from './counted';

/** sacrebleu's defaults, as the harness has them. */
export const ter = ofCounts('ter', { width: 2, score: terOf, zeroIsUndefined: false });
