import { dividedBy, rightness } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** Accuracy with log-likelihoods divided by the choice's length in code points (not bytes: lm-evaluation-harness issue 3278). */
export const accNorm = define<MultipleChoiceOutcome>({
  name: 'acc_norm',
  outputTypes: ['multiple_choice'],
  aggregation: 'mean',
  higherIsBetter: true,
  form: 'proportion',
  value: (outcome) => rightness(outcome, dividedBy(outcome.logLikelihoods, outcome.choiceCharacters)),
});
