import { binned } from './calibration';
import { argmax, softmax } from './choice';
import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** How far the likeliest choice's probability is from how often it is right, in 15 bins (Guo et al. 2017). Several golds: any of them is right. */
export const expectedCalibrationError = define<MultipleChoiceOutcome>({
  name: 'expected_calibration_error',
  outputTypes: ['multiple_choice'],
  aggregation: 'expected_calibration_error',
  higherIsBetter: false,
  form: 'score',
  value: ({ logLikelihoods, gold }) => {
    const pick = argmax(logLikelihoods);
    const right = typeof gold === 'number' ? gold === pick : gold.includes(pick);
    return { kind: 'counts', counts: binned(softmax(logLikelihoods)[pick] ?? NaN, right) };
  },
});
