/** Entity scores are seqeval's 1.2.2. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chunks } from '../../src/metrics/entities/chunks';
import { type EntityOptions, entityReport, type EntityScore } from '../../src/metrics/entities/score';
import { PyError } from '../../src/python/errors';
import { type Case, casesOf, close, maybe, raises, the } from './cases';

function report({ options, inputs }: Case): ReturnType<typeof entityReport> {
  const asked: EntityOptions = {
    mode: maybe(options, 'mode', 'default'),
    scheme: maybe(options, 'scheme', null),
    suffix: maybe(options, 'suffix', false),
    zeroDivision: maybe(options, 'zero_division', 0),
  };
  return entityReport(the(inputs, 'y_true'), the(inputs, 'y_pred'), asked);
}

for (const item of casesOf('seqeval')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    if (raises(item)) {
      assert.throws(() => report(item), (error) => error instanceof PyError && error.type === item.expected['error']);
      return;
    }
    const found = report(item);
    const types = Object.fromEntries(found.types);
    close({ ...found, types }, item.expected, item.id);
    assert.deepEqual(Object.keys(types), Object.keys(the<object>(item.expected, 'types')));
  });
}

for (const item of casesOf('seqeval_score')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const found = report(item);
    const part = the<'precision' | 'recall' | 'f1'>(item.options, 'function');
    const average = the<'micro' | 'macro' | 'weighted' | null>(item.options, 'average');
    const of = (score: EntityScore): number => score[part];
    close(average === null ? Array.from(found.types.values(), of) : of(found[average]), the(item.expected, 'value'), item.id);
  });
}

test('any tags but empty ones are read: entities are in order, and all of them are found again', () => {
  const tag = fc.tuple(fc.constantFrom(...'BIOESUL.x'), fc.constantFrom('', '-PER', '-LOC', '-A-B', '--')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(fc.array(tag, { maxLength: 8 }), { maxLength: 4 }), (sequences) => {
      const found = chunks(sequences, false);
      // After a `.` an entity may begin anew where the last one began: so seqeval.
      for (const [place, { start, end }] of found.entries()) assert.ok(start <= end && (place === 0 || end > (found[place - 1]?.end ?? Infinity)));
      const { micro } = entityReport(sequences, sequences);
      assert.equal(micro.f1, found.length > 0 ? 1 : 0);
    }),
  );
});
