import { argmax } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/**
 * Accuracy by log P(choice | context) - log P(choice).
 * The harness compares the pick with the gold as it stands, so a list of golds is never met.
 */
export const accMutualInfo = define<MultipleChoiceOutcome>({
  name: 'acc_mutual_info',
  outputTypes: ['multiple_choice'],
  aggregation: 'mean',
  higherIsBetter: true,
  form: 'proportion',
  value: ({ logLikelihoods, unconditional, gold }) => {
    const gains = logLikelihoods.map((value, index) => value - (unconditional?.[index] ?? NaN));
    return { kind: 'number', value: unconditional !== null && argmax(gains) === gold ? 1 : 0 };
  },
});
