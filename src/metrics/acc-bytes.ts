import { dividedBy, rightness } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** Accuracy with log-likelihoods divided by the choice's length in UTF-8 bytes. */
export const accBytes = define<MultipleChoiceOutcome>({
  name: 'acc_bytes',
  outputTypes: ['multiple_choice'],
  aggregation: 'mean',
  higherIsBetter: true,
  form: 'proportion',
  value: (outcome) => rightness(outcome, dividedBy(outcome.logLikelihoods, outcome.choiceBytes)),
});
