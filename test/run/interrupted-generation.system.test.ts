/** Generation that is cut off in mid-text, as a whole command: what is said, what is kept, and that a resume gives the same texts. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { assertSameNumbers, isRunning, modelA, modelProcesses, numbersOf, RunningAssay, runFoldersOf, until } from './running-assay';

/** Three times as many as are written together: the first that are done leave others in mid-text. */
const DOCUMENTS = 96;
const work = mkdtempSync(join(tmpdir(), 'assay-generation-'));
const started: RunningAssay[] = [];
const config = join(work, 'stories.eval.yaml');
/** Of a run that nothing interrupts. */
let numbers: Record<string, number>;
let texts: ReadonlyMap<string, unknown>;

const task = `task: stories
output_type: generate_until
dataset_path: json
dataset_kwargs: { data_files: { test: stories.jsonl } }
test_split: test
doc_to_text: "{{start}}"
doc_to_target: "{{start}}"
generation_kwargs: { until: ["\\u0000"], max_gen_toks: 40, do_sample: true, temperature: 0.9 }
metric_list: [{ metric: bleu }]
`;

before(async () => {
  const starts = Array.from({ length: DOCUMENTS }, (_, index) => JSON.stringify({ start: `Chapter ${index}. The ${['king', 'river', 'winter', 'train'][index % 4] ?? ''} was` }));
  writeFileSync(join(work, 'stories.jsonl'), `${starts.join('\n')}\n`);
  writeFileSync(join(work, 'stories.yaml'), task);
  writeFileSync(config, `checkpoints: [${JSON.stringify(modelA)}]\ntasks: [stories.yaml]\nbootstrap_iters: 10\n`);
  const output = join(work, 'reference');
  const reference = await assay('reference', ['--output', output]).end();
  assert.equal(reference.code, 0, reference.stderr);
  numbers = numbersOf(reference.report, 'model-a');
  texts = textsIn(output);
  assert.equal(texts.size, DOCUMENTS);
});
afterEach(() => started.splice(0).forEach((each) => each.destroy()));
after(() => rmSync(work, { recursive: true, force: true }));

function assay(name: string, args: readonly string[]): RunningAssay {
  const running = new RunningAssay(work, name, [config, ...args]);
  started.push(running);
  return running;
}

/** Answers of the one run in a folder, by document. */
function textsIn(output: string): Map<string, unknown> {
  const [folder = ''] = runFoldersOf(output);
  const [samples = ''] = readdirSync(folder).filter((name) => name.startsWith('samples_'));
  const lines = readFileSync(join(folder, samples), 'utf8').trim().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as { doc_id: number; resps: unknown }).map(({ doc_id, resps }) => [String(doc_id), resps]));
}

test('kill -9 of the model process in mid-text: a failure with a name, and a resume gives the same texts', async () => {
  const output = join(work, 'killed');
  const running = assay('killed', ['--output', output]);
  await running.event('sample');
  const [model] = modelProcesses(running.pid);
  assert.ok(model);
  process.kill(model.pid, 'SIGKILL');
  const failed = await running.event('failed');
  assert.deepEqual([failed.error.code, failed.resumable], ['model-process-died', true]);
  const ended = await running.end();
  assert.equal(ended.code, 3);
  assert.match(ended.stderr, /^error: model-a: .*SIGKILL.*$/m);

  const resumed = await assay('killed-resumed', ['--output', output, '--resume']).end();
  assert.equal(resumed.code, 0, resumed.stderr);
  assertSameNumbers(numbersOf(resumed.report, 'model-a'), numbers);
  assert.deepEqual(textsIn(output), texts);
});

test('Ctrl-C in mid-text ends it, leaves nothing running, and a resume gives the same texts', async () => {
  const output = join(work, 'cancelled');
  const running = assay('cancelled', ['--output', output]);
  await running.event('sample');
  const [model] = modelProcesses(running.pid);
  assert.ok(model);
  running.interrupt();
  const ended = await running.end();
  assert.equal(ended.code, 130);
  assert.equal(ended.events.at(-1)?.type, 'cancelled');
  await until('the end of the model process', () => !isRunning(model.pid));

  const resumed = await assay('cancelled-resumed', ['--output', output, '--resume']).end();
  assert.equal(resumed.code, 0, resumed.stderr);
  assertSameNumbers(numbersOf(resumed.report, 'model-a'), numbers);
  assert.deepEqual(textsIn(output), texts);
});
