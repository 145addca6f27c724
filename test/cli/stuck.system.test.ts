/** A command whose evaluator is busy in a template that somebody made to hurt: signals are heard all the same. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import { modelA, processes, until } from '../run/running-assay';
import { assay, type Ran } from './command';
import { workspace } from './workspace';

const project = workspace();
project.write('data/many.jsonl', Array.from({ length: 4000 }, (_, n) => `${JSON.stringify({ q: `Item ${n}`, label: n % 2 })}\n`).join(''));
// Within the limits of one rendering, so thousands of them take an hour.
const slow = `task: slow
dataset_path: json
dataset_kwargs: {data_files: {test: ../data/many.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "{% for i in range(1000000) %}{% endfor %}{{q}}"
doc_to_target: label
doc_to_choice: [even, odd]
metric_list: [{metric: acc}]
`;
project.write('tasks/slow.yaml', slow);
const config = project.write('slow.eval.yaml', `checkpoints: [${modelA}]\ntasks: [tasks/slow.yaml]\n`);

/** Processor time of a process so far, in hundredths of a second (proc(5)). */
function processorTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]);
}

/** Runs the slow task, and sends signals once its evaluator renders: `send` gets the command and what it said on stderr so far. */
async function interrupted(send: (child: ChildProcess, said: () => string) => Promise<void>): Promise<Ran> {
  let sent: Promise<void> = Promise.resolve();
  const ran = await assay(['run', config, '--json', '--quiet'], project.folder, (child) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer | string) => (said += chunk.toString()));
    const evaluator = (): number | undefined => processes().find(({ parent, command }) => parent === child.pid && command.includes('evaluator.js'))?.pid;
    sent = until('an evaluator', evaluator)
      .then((pid) => until('an evaluator at work', () => processorTime(pid) > 250, 120_000))
      .then(() => send(child, () => said));
  });
  await sent;
  return ran;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a second ${signal} ends the command at once, with its JSON`, async () => {
    const ran = await interrupted(async (child, said) => {
      child.kill(signal);
      await until('the first to be heard', () => said().includes('Stopping'));
      child.kill(signal);
    });
    assert.equal(ran.code, 130);
    assert.match(ran.stderr, /^Stopping; finished answers are kept\.\nerror: Cancelled\.\n/);
    assert.deepEqual((ran.json as EvaluationReport).errors.map(({ code }) => code), ['cancelled']);
  });
}

test('one alone ends it, too, a little later', async () => {
  const ran = await interrupted(async (child) => void child.kill('SIGTERM'));
  assert.equal(ran.code, 130);
  assert.match(ran.stderr, /Cancelled\. Go on with: the same command and --resume/);
  assert.deepEqual((ran.json as EvaluationReport).runs, []);
});
