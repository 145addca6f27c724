import { softmax } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** Squared distance of the choices' probabilities from the right answer: 0 best, 2 worst. */
export const brierScore = define<MultipleChoiceOutcome>({
  name: 'brier_score',
  outputTypes: ['multiple_choice'],
  aggregation: 'brier_score',
  higherIsBetter: false,
  form: 'score',
  value: ({ logLikelihoods, gold }) => ({ kind: 'probabilities', gold, probabilities: softmax(logLikelihoods) }),
});
