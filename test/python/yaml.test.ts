import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PyDate, PyDatetime } from '../../src/python/datetime';
import { resolveScalar } from '../../src/python/yaml';
import type { PyValue } from '../../src/python/value';

// Values as PyYAML 6.0.3's safe loader gives them.
const cases: readonly [text: string, value: PyValue][] = [
  ['', null], ['~', null], ['null', null], ['NULL', null], ['nUll', 'nUll'],
  ['yes', true], ['No', false], ['ON', true], ['off', false], ['y', 'y'], ['tRue', 'tRue'],
  ['0', 0n], ['+12', 12n], ['-7', -7n], ['1_000', 1000n], ['017', 15n], ['08', '08'], ['0x1F', 31n], ['-0b11', -3n], ['0o17', '0o17'],
  ['1:30', 90n], ['190:20:30', 685230n], ['-1:30', -90n], ['1:99', '1:99'], ['00', 0n], ['0x_', '0x_'], ['0b_', '0b_'],
  ['12345678901234567890', 12345678901234567890n],
  ['1.0', 1], ['.5', 0.5], ['-1.5e+3', -1500], ['1e5', '1e5'], ['1.0e5', '1.0e5'], ['1.', 1], ['1_0.5', 10.5], ['.inf', Infinity], ['-.INF', -Infinity], ['.nan', NaN],
  ['-.5', '-.5'], ['1:30.5', 90.5], ['.', '.'], ['1.2.3', '1.2.3'],
  ['=', '='], ['hello', 'hello'], ['2024', 2024n],
];
for (const [text, value] of cases) {
  test(`plain scalar ${JSON.stringify(text)}`, () => assert.deepEqual(resolveScalar(text), value));
}

test('dates print as datetime objects', () => {
  const day = resolveScalar('2024-02-29');
  assert.ok(day instanceof PyDate);
  assert.equal(day.str(), '2024-02-29');
  assert.equal(day.repr(), 'datetime.date(2024, 2, 29)');
  const moment = resolveScalar('2001-12-14t21:59:43.10-05:00');
  assert.ok(moment instanceof PyDatetime);
  assert.equal(moment.str(), '2001-12-14 21:59:43.100000-05:00');
  assert.equal(moment.repr(), 'datetime.datetime(2001, 12, 14, 21, 59, 43, 100000, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))');
  assert.equal(resolveScalar('2024-13-01'), '2024-13-01');
});
