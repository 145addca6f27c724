import { argmax } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** Matthews correlation of picks and golds, over the corpus. */
export const mcc = define<MultipleChoiceOutcome>({
  name: 'mcc',
  outputTypes: ['multiple_choice'],
  aggregation: 'matthews_corrcoef',
  higherIsBetter: true,
  form: 'score',
  value: ({ logLikelihoods, gold }) => ({ kind: 'pair', gold, prediction: argmax(logLikelihoods) }),
});
