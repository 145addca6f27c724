import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileHint } from '../../src/config/near-file';
import { readFromDisk, readSource } from '../../src/config/text-files';
import { describe } from '../../src/protocol/messages';

test('a missing file is told with the one that was meant', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-near-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['sst2.yaml', 'heldout.jsonl']) writeFileSync(join(folder, name), '');
  assert.equal(await fileHint(join(folder, 'held_out.jsonl')), ' Did you mean "heldout.jsonl"?');
  assert.equal(await fileHint(join(folder, 'something else')), '');
  assert.equal(await fileHint(join(folder, 'gone', 'heldout.jsonl')), '');
  const read = await readSource(join(folder, 'ss2.yaml'), readFromDisk);
  assert.ok(read.kind === 'failed');
  assert.equal(describe(read.code, read.args), `File not found: ${join(folder, 'ss2.yaml')}. Did you mean "sst2.yaml"?`);
  assert.equal(describe('missing-file', { path: 'x' }), 'File not found: x.');
});
