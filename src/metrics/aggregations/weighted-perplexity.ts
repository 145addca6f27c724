import { onLogScale } from '../../statistics/estimate';
import { ofRates } from './rates';

/** Perplexity per word, byte or token; its intervals are made on the log scale. */
export const weightedPerplexity = ofRates('weighted_perplexity', { value: (rate) => Math.exp(-rate), estimate: onLogScale, unit: 1 });
