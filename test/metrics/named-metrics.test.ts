/** Metrics that a task names, with what they are made of: numbers of the packages, and signatures as sacrebleu writes them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMetric } from '../../src/metrics/registry';
import { signatureOf } from '../../src/metrics/signature';
import type { MetricValue } from '../../src/metrics/score';
import type { PyValue } from '../../src/python/value';
import { finalOf } from '../statistics/values';
import { casesOf, the } from './cases';

const generated = (name: string, result: PyValue, gold: PyValue, options: Readonly<Record<string, PyValue>> = {}): MetricValue => {
  const metric = findMetric(name, 'generate_until');
  assert.ok(metric !== null, name);
  return (metric.configure?.(options) ?? metric).value({ kind: 'generate_until', result, gold, severalTargets: Array.isArray(gold) });
};
const number = (value: MetricValue): number => (value.kind === 'number' ? value.value : assert.fail(value.kind));

test('ROUGE: F of the best target, stemmed where asked', () => {
  assert.equal(number(generated('rouge1', 'The cats sat', 'the cat sat')), 2 / 3);
  assert.equal(number(generated('rouge1', 'The runners sat', ['the dog', 'the runner sat'], { use_stemmer: true })), 1);
  assert.equal(number(generated('rouge2', 'a b c', 'a b d')), 0.5);
  assert.equal(number(generated('rougeL', 'a x b', 'a b')), 0.8);
  assert.equal(number(generated('rougeLsum', 'b\na', 'a\nb')), 1);
  assert.throws(() => generated('rougeL', 'a', 'a', { stem: true }), /no option "stem".*use_stemmer/);
});

test('SQuAD: the best target, exact and by words', () => {
  assert.equal(number(generated('squad_exact', 'The Cat!', ['dog', 'cat'])), 1);
  assert.equal(number(generated('squad_f1', 'a big cat', ['dog', 'cat'])), 2 / 3);
  assert.equal(number(generated('squad_f1', 'the', 'a')), 1);
  assert.equal(number(generated('squad_f1', 'the', 'a', { version: 1n })), 0);
});

for (const item of casesOf('ece').filter(({ options }) => options['bins'] === 15)) {
  test(`${item.id}: of choices`, () => {
    const metric = findMetric('expected_calibration_error', 'multiple_choice');
    const golds = the<readonly number[]>(item.inputs, 'golds');
    const values = the<readonly (readonly number[])[]>(item.inputs, 'probabilities').map((probabilities, index) =>
      metric?.value({ kind: 'multiple_choice', logLikelihoods: probabilities.map(Math.log), greedy: [], choiceCharacters: [], choiceBytes: [], unconditional: null, gold: golds[index] ?? -100 }));
    // The cases' probabilities are rounded: they sum to 1 in eight digits only.
    const { value } = finalOf('expected_calibration_error', values as readonly MetricValue[], 0.95);
    assert.ok(Math.abs(value - the<number>(item.expected, 'value')) < 1e-6, `${value}`);
  });
}

test('entities: micro average over the corpus', () => {
  const documents = [['B-PER I-PER O B-LOC', 'B-PER I-PER O O'], ['O B-ORG', 'O B-PER'], ['B-PER', 'B-PER O']] as const;
  const values = documents.map(([gold, answer]) => generated('entity_f1', answer, gold));
  assert.deepEqual(values, [{ kind: 'counts', counts: [1, 1, 2] }, { kind: 'counts', counts: [0, 1, 1] }, { kind: 'counts', counts: [0, 0, 1] }]);
  assert.equal(finalOf('entity_f1', values, 0.95).value, 2 / 6);
  assert.deepEqual(generated('entity_f1', 'I-PER I-PER', 'B-PER I-PER', { mode: 'strict', scheme: 'IOB2' }), { kind: 'counts', counts: [0, 0, 1] });
  assert.throws(() => generated('entity_f1', 'O', 'O', { mode: 'strict' }), /"scheme" is needed/);
});

test('signatures', () => {
  const signature = (name: string, options: Readonly<Record<string, PyValue>> = {}, several = false): string => {
    const metric = findMetric(name, 'generate_until');
    assert.ok(metric !== null, name);
    return signatureOf(metric.configure?.(options) ?? metric, options, several);
  };
  assert.equal(signature('bleu'), 'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0');
  assert.equal(signature('bleu', { tokenize: 'zh', lowercase: true }, true), 'nrefs:var|case:lc|eff:no|tok:zh|smooth:exp|version:2.6.0');
  assert.equal(signature('chrf'), 'nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0');
  assert.equal(signature('chrf++', { whitespace: true }), 'nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:yes|version:2.6.0');
  assert.equal(signature('ter'), 'nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0');
  assert.equal(signature('exact_match', { ignore_case: true, regexes_to_ignore: [','] }), 'ignore_case:true|regexes_to_ignore:[","]|agg:mean|version:lm-eval-0.4.13');
});
