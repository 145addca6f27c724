import { strip } from '../../python/string';
import { scoreAnswer } from './squad';

/** CoQA as the harness scores it: the first line of an answer; with several golds the mean over each being left out of the best of the others. */
export function coqa(prediction: string, golds: readonly string[]): { readonly em: number; readonly f1: number } {
  const [line = ''] = strip(prediction, null, 'both').split('\n');
  const scores = golds.map((gold) => scoreAnswer(line, gold));
  const meanOfBest = (of: (score: { readonly exact: number; readonly f1: number }) => number): number => {
    const values = scores.map(of);
    if (values.length === 1) return values[0] ?? 0;
    const others = values.map((_, left) => Math.max(...values.filter((_, index) => index !== left)));
    return others.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
  };
  return { em: meanOfBest(({ exact }) => exact), f1: meanOfBest(({ f1 }) => f1) };
}
