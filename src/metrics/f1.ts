import { argmax } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** F1 of choice 1 against choice 0, over the corpus. */
export const f1 = define<MultipleChoiceOutcome>({
  name: 'f1',
  outputTypes: ['multiple_choice'],
  aggregation: 'f1',
  higherIsBetter: true,
  form: 'score',
  value: ({ logLikelihoods, gold }) => ({ kind: 'pair', gold, prediction: argmax(logLikelihoods) }),
});
