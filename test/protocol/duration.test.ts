import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../src/protocol/duration';

test('seconds, minutes, hours, rounded at each border', () => {
  const said = [0, 0.4, 1.6, 59.4, 59.6, 89, 91, 3569, 3571, 3600, 7_169, 7_171, 90_000].map(formatDuration);
  assert.deepEqual(said, ['1 s', '1 s', '2 s', '59 s', '1 min', '1 min', '2 min', '59 min', '1 h 0 min', '1 h 0 min', '1 h 59 min', '2 h 0 min', '25 h 0 min']);
});
