import { ofCounts } from './counted';

/** Entities that are right, predicted and wanted; 0 where there are none. */
export const entityF1 = ofCounts('entity_f1', {
  width: 3,
  score: ([hits = 0, predicted = 0, wanted = 0]) => (predicted + wanted === 0 ? 0 : (2 * hits) / (predicted + wanted)),
  zeroIsUndefined: true,
});
