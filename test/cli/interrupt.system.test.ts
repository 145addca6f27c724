/** Ctrl-C and a polite kill: exit code 130, one JSON document, nothing left running. `run` has more to say: test/run/processes.system.test.ts. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSync } from 'esbuild';
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

test('a second signal ends a command at once that is still busy stopping', async () => {
  const built = project.path('interrupt.cjs');
  buildSync({ entryPoints: [join(__dirname, '../../src/cli/interrupt.ts')], outfile: built, bundle: true, platform: 'node', format: 'cjs' });
  const command = `
    const { interruptible, watchInterrupts } = require(${JSON.stringify(built)});
    watchInterrupts(() => console.log('otherwise'));
    void interruptible(new Promise(() => setInterval(() => undefined, 1000)), () => console.log('asked'));
    console.log('at work');`;
  for (const [first, second] of [['SIGINT', 'SIGINT'], ['SIGTERM', 'SIGINT']] as const) {
    const child = spawn(process.execPath, ['-e', command], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (part: Buffer) => (said += part.toString()));
    await until('it is at work', () => said.includes('at work'));
    child.kill(first);
    await until('it was asked to stop', () => said.includes('asked'));
    assert.equal(child.exitCode, null);
    child.kill(second);
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 130);
    assert.equal(said, 'at work\nasked\notherwise\n', 'asked once; at the second signal it says what it can, and is gone');
  }
});
