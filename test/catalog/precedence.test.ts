import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveFewshot, effectiveLimit } from '../../src/catalog/precedence';

const says = (commandLine: number | null, entry: number | null, file: number | null, config: number | null) => ({ commandLine, entry, file, config });

test('num_fewshot: command line, entry, file, config, 0', () => {
  assert.equal(effectiveFewshot(says(1, 2, 3, 4)), 1);
  assert.equal(effectiveFewshot(says(null, 2, 3, 4)), 2);
  assert.equal(effectiveFewshot(says(null, null, 3, 4)), 3);
  assert.equal(effectiveFewshot(says(null, null, null, 4)), 4);
  assert.equal(effectiveFewshot(says(null, null, null, null)), 0);
  assert.equal(effectiveFewshot(says(null, 0, 3, 4)), 0);
});

test('the command line leaves a task alone whose file says 0', () => {
  assert.equal(effectiveFewshot(says(5, null, 0, 4)), 0);
  assert.equal(effectiveFewshot(says(5, 2, 0, 4)), 2);
  assert.equal(effectiveFewshot(says(5, null, null, 0)), 5);
});

test('limit: the same order; nobody says anything: all', () => {
  assert.equal(effectiveLimit(says(1, 2, 3, 4)), 1);
  assert.equal(effectiveLimit(says(null, 0.5, 3, 4)), 0.5);
  assert.equal(effectiveLimit(says(null, null, 3, 4)), 3);
  assert.equal(effectiveLimit(says(null, null, null, null)), null);
});
