/** A checkpoint whose tokenizer dies of one text, run from the command line: one task fails by name, the other has its numbers, JSON is printed, no process is left. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { modelA } from '../run/running-assay';
import { Workspace } from './workspace';

test('a text the tokenizer dies of costs its task', async () => {
  const workspace = new Workspace();
  const folder = workspace.path('checkpoint');
  cpSync(modelA, folder, { recursive: true });
  const file = join(folder, 'tokenizer.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  const split = { type: 'Split', pattern: { Regex: '(x+x+)+y' }, behavior: 'Isolated', invert: false };
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  writeFileSync(file, JSON.stringify({ ...json, pre_tokenizer: { type: 'Sequence', pretokenizers: [split, bytes] } }));
  workspace.write('deadly.txt', `${'x'.repeat(3000)}!`);
  workspace.write('two.eval.yaml', 'checkpoints: [checkpoint]\ntasks:\n  - perplexity: deadly.txt\n  - perplexity: data/heldout.txt\n');
  const ran = await workspace.assay('run', 'two.eval.yaml', '--json');
  assert.equal(ran.code, 3, ran.stderr);
  const { runs: [run], errors } = ran.json as EvaluationReport;
  assert.deepEqual(errors.map(({ task, code, file: named }) => [task, code, named]), [['deadly', 'tokenizer-died', file]]);
  assert.match(errors[0]?.message ?? '', /"x+"…\. Its process ended unexpectedly \(SIGABRT/);
  assert.deepEqual(Object.keys(run?.results ?? {}), ['heldout']);
});
