/** `--snapshot`: who trains a checkpoint may save over it while it is evaluated. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { modelA, modelProcesses, until } from '../run/running-assay';
import { assay, fixtures } from './command';
import { workspace } from './workspace';

const project = workspace();
const checkpoint = project.path('training');
const snapshots = join(process.env['ASSAY_CACHE'] ?? project.path('cache'), 'snapshots');
process.env['ASSAY_CACHE'] ??= project.path('cache');

test('a checkpoint that is overwritten in the middle gives its own numbers, and the copy is gone after it', async () => {
  cpSync(modelA, checkpoint, { recursive: true });
  const now = new Date();
  utimesSync(join(checkpoint, 'model.safetensors'), now, now);
  project.write('long.txt', readFileSync(join(fixtures, 'data', 'heldout.jsonl'), 'utf8').slice(0, 40_000));
  const config = project.write('long.eval.yaml', `checkpoints: [training]\ntasks: [{ perplexity: long.txt, limit: 1 }]\n`);
  let overwritten: Promise<void> = Promise.resolve();
  const ran = await assay(['run', config, '--json', '--quiet', '--snapshot'], project.folder, (child) => {
    overwritten = until('a model process', () => modelProcesses(child.pid ?? 0).length > 0).then(() => {
      assert.equal(readdirSync(snapshots).length, 1);
      truncateSync(join(checkpoint, 'model.safetensors'), 100);
      for (const name of ['config.json', 'tokenizer.json']) writeFileSync(join(checkpoint, name), '{');
    });
  });
  await overwritten;
  assert.equal(ran.code, 0, ran.stderr);
  assert.deepEqual(existsSync(snapshots) ? readdirSync(snapshots) : [], []);
  const [run] = (ran.json as EvaluationReport).runs;
  assert.equal(run?.path, checkpoint);
  const plain = await assay(['run', config, '--json', '--quiet', '--checkpoint', modelA], project.folder);
  assert.equal(plain.code, 0, plain.stderr);
  assert.deepEqual(run.results, (plain.json as EvaluationReport).runs[0]?.results);
});
