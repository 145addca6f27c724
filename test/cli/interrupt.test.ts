/** Ctrl-C and a polite kill: exit code 130, one JSON document, nothing left running. `run` has more to say: test/run/processes.test.ts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { modelA, modelProcesses, until } from '../run/running-assay';
import { assay, fixtures } from './command';
import { workspace } from './workspace';

const project = workspace();
/** Long enough that there is a middle. */
const text = project.write('long.txt', readFileSync(join(fixtures, 'data', 'heldout.jsonl'), 'utf8').repeat(2));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`score ends with 130 on ${signal}`, async () => {
    let signalled: Promise<void> = Promise.resolve();
    const ran = await assay(['score', text, '--checkpoint', modelA, '--json'], project.folder, (child) => {
      signalled = until('a model process', () => modelProcesses(child.pid ?? 0).length > 0).then(() => void child.kill(signal));
    });
    await signalled;
    assert.equal(ran.code, 130);
    assert.equal(ran.stderr, 'error: Cancelled.\n');
    const { errors } = ran.json as Pick<EvaluationReport, 'errors'>;
    assert.deepEqual(errors.map(({ code }) => code), ['cancelled']);
  });
}

test('a polite kill of a run is a cancel', async () => {
  let signalled: Promise<void> = Promise.resolve();
  const config = project.write('long.eval.yaml', `checkpoints: [${modelA}]\ntasks: [{ perplexity: long.txt }]\n`);
  const ran = await assay(['run', config, '--json', '--quiet'], project.folder, (child) => {
    signalled = until('a model process', () => modelProcesses(child.pid ?? 0).length > 0).then(() => void child.kill('SIGTERM'));
  });
  await signalled;
  assert.equal(ran.code, 130);
  assert.match(ran.stderr, /--resume/);
  assert.deepEqual((ran.json as EvaluationReport).runs, []);
});
