import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rotary } from '../../../src/architecture/description';
import { rotaryTable, RotaryTables } from '../../../src/model/onnx/rotary-tables';

const rotary: Rotary = { kind: 'rotary', size: 4, frequencies: [1, 0.01], pairs: 'halves', amplitude: 1 };

test('tables are as long as what is asked, whatever length the config claims', () => {
  for (const claimed of [5e7, 4e9, Number.MAX_SAFE_INTEGER]) {
    const tables = new RotaryTables(claimed);
    assert.equal(tables.of(rotary, 10).positions, 2048);
    const grown = tables.of(rotary, 3000);
    assert.equal(grown.positions, 4096);
    assert.equal(tables.of(rotary, 4096), grown);
    assert.deepEqual(grown.cosine, rotaryTable(rotary, 4096).cosine);
  }
  assert.equal(new RotaryTables(64).of(rotary, 10).positions, 64);
});
