/** Scores of labels and correlations: scikit-learn, scipy, and numpy for calibration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedCalibrationError } from '../../src/metrics/calibration';
import { type AggregationName, aggregationOf } from '../../src/metrics/aggregations/registry';
import { PyError } from '../../src/python/errors';
import { PyRandom } from '../../src/python/random';
import { kendall, pearson, spearman } from '../../src/statistics/correlation';
import { mcnemarExact } from '../../src/statistics/mcnemar';
import { finalOf } from '../statistics/values';
import { casesOf, close, maybe, raises, the } from './cases';

type Numbers = readonly number[];

const scoreOf = (name: AggregationName, golds: Numbers, predictions: Numbers): number =>
  finalOf(name, golds.map((gold, index) => ({ kind: 'pair', gold, prediction: predictions[index] ?? NaN })), 0.95).value;

for (const item of casesOf('f1')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const average = the<'binary' | 'macro' | 'micro' | 'weighted'>(item.options, 'average');
    const value = scoreOf(average === 'binary' ? 'f1' : `f1_${average}`, the(item.inputs, 'golds'), the(item.inputs, 'preds'));
    close(value, raises(item) ? 'NaN' : the(item.expected, 'f1'), item.id);
  });
}

for (const item of casesOf('accuracy')) {
  test(item.id, () => close(scoreOf('f1_micro', the(item.inputs, 'golds'), the(item.inputs, 'preds')), the(item.expected, 'value'), item.id));
}

for (const item of casesOf('cb_f1')) {
  test(item.id, () => {
    const items = the<readonly (readonly [number, number])[]>(item.inputs, 'items');
    close(scoreOf('f1_three_classes', items.map(([gold]) => gold), items.map(([, prediction]) => prediction)), the(item.expected, 'value'), item.id);
  });
}

test('averages of labels while documents come, and one by one less', () => {
  const golds = Array.from({ length: 40 }, (_, i) => (i * 7) % 5);
  const predictions = golds.map((gold, i) => (i % 3 === 0 ? (i * 2) % 4 : gold));
  for (const name of ['f1_macro', 'f1_micro', 'f1_weighted', 'f1_three_classes'] as const) {
    const running = aggregationOf(name).running();
    for (const [i, gold] of golds.entries()) running.add({ kind: 'pair', gold, prediction: predictions[i] ?? NaN });
    close(running.value(), scoreOf(name, golds, predictions), name);
    close(running.value({ kind: 'pair', gold: 9, prediction: 1 }), scoreOf(name, [...golds, 9], [...predictions, 1]), name);
    close(running.value(), scoreOf(name, golds, predictions), name);
    const { interval, method } = finalOf(name, golds.map((gold, i) => ({ kind: 'pair', gold, prediction: predictions[i] ?? NaN })), 0.95);
    assert.ok(method === 'bca' && interval !== null && interval[0] < running.value() && running.value() < interval[1], name);
  }
});

for (const item of casesOf('brier_binary')) {
  test(`${item.id}: half of brier_score over two classes`, () => {
    const probabilities = the<Numbers>(item.inputs, 'probabilities');
    const values = the<Numbers>(item.inputs, 'golds').map((gold, index) => ({ kind: 'probabilities' as const, gold, probabilities: [1 - (probabilities[index] ?? NaN), probabilities[index] ?? NaN] }));
    close(finalOf('brier_score', values, 0.95).value / 2, the(item.expected, 'value'), item.id);
  });
}

for (const item of casesOf('ece')) {
  test(item.id, () => close(expectedCalibrationError(the(item.inputs, 'golds'), the(item.inputs, 'probabilities'), the(item.options, 'bins')), the(item.expected, 'value'), item.id));
}

for (const item of casesOf('pearson')) {
  test(item.id, () => {
    const value = (): number => pearson(the(item.inputs, 'x'), the(item.inputs, 'y'));
    if (raises(item)) assert.throws(value, PyError);
    else close(value(), the(item.expected, 'value'), item.id);
  });
}

for (const item of casesOf('spearman')) {
  test(item.id, () => close(spearman(the(item.inputs, 'x'), the(item.inputs, 'y')), the(item.expected, 'value'), item.id));
}

for (const item of casesOf('kendall')) {
  test(item.id, () => close(kendall(the(item.inputs, 'x'), the(item.inputs, 'y'), maybe(item.options, 'variant', 'b')), the(item.expected, 'value'), item.id));
}

for (const item of casesOf('mcnemar_exact')) {
  test(item.id, () => close(mcnemarExact(the(item.inputs, 'only_baseline'), the(item.inputs, 'only_other')), the(item.expected, 'p_value'), item.id));
}

for (const item of casesOf('random_choices')) {
  test(item.id, () => {
    const all = Array.from({ length: the(item.inputs, 'n') }, (_, index) => index);
    assert.deepEqual(new PyRandom(the<number>(item.options, 'seed')).choices(all, the(item.inputs, 'k')), the(item.expected, 'indices'));
  });
}
