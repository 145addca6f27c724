import { define } from './define';
import type { MultipleChoiceOutcome } from './metric';

/** The right choice (one of them) is what the model would say greedily. */
export const exactMatch = define<MultipleChoiceOutcome>({
  name: 'exact_match',
  outputTypes: ['multiple_choice'],
  aggregation: 'mean',
  higherIsBetter: true,
  form: 'proportion',
  value: ({ greedy, gold }) => {
    const golds = typeof gold === 'number' ? [gold] : gold;
    return { kind: 'number', value: golds.some((index) => greedy[index] === true) ? 1 : 0 };
  },
});
