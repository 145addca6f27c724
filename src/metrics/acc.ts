import { rightness } from './choice';
import { define } from './define';
import type { LoglikelihoodOutcome, MultipleChoiceOutcome } from './metric';

/** Accuracy: the likeliest choice is right; for a single target: it is what the model would say greedily. */
export const acc = define<MultipleChoiceOutcome | LoglikelihoodOutcome>({
  name: 'acc',
  outputTypes: ['multiple_choice', 'loglikelihood'],
  aggregation: 'mean',
  higherIsBetter: true,
  form: 'proportion',
  value: (outcome) =>
    outcome.kind === 'multiple_choice'
      ? rightness(outcome, outcome.logLikelihoods)
      : { kind: 'number', value: outcome.greedy ? 1 : 0 },
});
