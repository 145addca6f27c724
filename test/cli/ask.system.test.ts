/** `assay ask` as people run it: files, pipes that stay open, readers that leave, signals, a model process that dies. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AskAnswer } from '../../src/protocol/ask';
import type { ScoredText } from '../../src/protocol/commands';
import { modelA, modelProcesses, until } from '../run/running-assay';
import { root } from './command';
import { jsonLines, workspace } from './workspace';

const project = workspace();
const score = (text: string): string => `${JSON.stringify({ type: 'loglikelihood_rolling', text })}\n`;
/** What was answered, by its code where it is an error and by its number of tokens where it is none. */
const outline = (stdout: string): (string | number)[] => jsonLines<AskAnswer>(stdout).map((answer) => ('error' in answer ? answer.error.code : answer.token_ids.length));

/** A command whose stdin a test writes to. */
class Asking {
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'ask', '-', ...args], { cwd: project.folder, stdio: 'pipe' });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child.stdin?.on('error', () => undefined);
    this.code = new Promise((resolve) => this.child.once('close', resolve));
    after(() => this.child.kill('SIGKILL'));
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  answers(count: number): Promise<unknown> {
    return until(`${count} answers`, () => this.stdout.split('\n').length > count);
  }
}

test('a file: an answer a line, numbers as `score` has them, exit 0', async () => {
  const texts = ['The film was good.', 'Nobody had seen it before.'];
  const file = project.write('requests.jsonl', texts.map(score).join('\n'));
  const ran = await project.assay('ask', file, '--checkpoint', modelA);
  const scored = (await project.assay('score', ...texts.flatMap((text) => ['--text', text]), '--checkpoint', modelA, '--json')).json as readonly ScoredText[];
  assert.deepEqual([ran.code, ran.stderr], [0, '']);
  assert.deepEqual(jsonLines<{ readonly logprobs: readonly number[] }>(ran.stdout).map(({ logprobs }) => logprobs), scored.map(({ logprobs }) => logprobs));
});

test('features: a vector for each layer by its number; a layer that is not there is an error of its line', async () => {
  const lines = [[0, -1, 4], [5]].map((layers) => `${JSON.stringify({ type: 'features', text: 'The film', layers, pool: 'mean' })}\n`);
  const ran = await project.assay('ask', project.write('features.jsonl', lines.join('')), '--checkpoint', modelA);
  assert.deepEqual([ran.code, outline(ran.stdout)], [3, [2, 'no-such-layer']]);
  const [{ features }] = jsonLines<{ readonly features: Readonly<Record<string, readonly number[]>> }>(ran.stdout) as [{ readonly features: Readonly<Record<string, readonly number[]>> }];
  assert.deepEqual(Object.keys(features).sort(), ['-1', '0', '4']);
  assert.deepEqual([features['0']?.length, features['-1']], [256, features['4']]);
});

test('a pipe is answered while it is open; a line that cannot be answered is exit 3', async () => {
  const asking = new Asking('--checkpoint', modelA);
  asking.write(score('a'));
  await asking.answers(1);
  asking.write('what?\n');
  await asking.answers(2);
  asking.write(score('the end').trimEnd());
  asking.child.stdin?.end();
  assert.equal(await asking.code, 3);
  assert.equal(asking.stderr, '');
  const [first, second, third] = outline(asking.stdout);
  assert.deepEqual([first, second, Number(third) > 0], [1, 'request-syntax', true]);
});

test('a line of 64 MB is an error of that line', async () => {
  const ran = await project.inShell(`(head -c 67108864 /dev/zero | tr '\\0' x; echo; printf %s '${score('a').trimEnd()}') | "$@"`, 'ask', '-', '--checkpoint', modelA);
  assert.deepEqual([ran.code, ran.stderr, outline(ran.stdout)], [3, '', ['line-too-long', 1]]);
});

test('a reader that has seen enough ends it, though the input has no end', async () => {
  const ran = await project.inShell(`"$@" < <(yes '${score('a').trimEnd()}') | head -3`, 'ask', '-', '--checkpoint', modelA);
  assert.deepEqual([ran.code, ran.stderr, outline(ran.stdout)], [0, '', [1, 1, 1]]);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it with 130; what was answered is whole`, async () => {
    const asking = new Asking('--checkpoint', modelA);
    asking.write(score('a'));
    await asking.answers(1);
    asking.child.kill(signal);
    assert.equal(await asking.code, 130);
    assert.deepEqual([asking.stderr, outline(asking.stdout)], ['error: Cancelled.\n', [1]]);
  });
}

test('a model process that dies: the lines behind are answered by its death, exit 3', async () => {
  const asking = new Asking('--checkpoint', modelA);
  asking.write(score('a'));
  await asking.answers(1);
  const [model] = modelProcesses(asking.child.pid ?? 0);
  assert.ok(model !== undefined);
  process.kill(model.pid, 'SIGKILL');
  await until('its end', () => modelProcesses(asking.child.pid ?? 0).length === 0);
  asking.write(score('b').repeat(3));
  asking.child.stdin?.end();
  assert.equal(await asking.code, 3);
  assert.deepEqual(outline(asking.stdout), [1, 'model-process-died', 'model-process-died', 'model-process-died']);
});

const requests = project.write('one.jsonl', score('a'));
const bad: readonly (readonly [what: string, args: readonly string[], code: number, text: RegExp])[] = [
  ['no checkpoint', [requests], 2, /--checkpoint/],
  ['no input', ['--checkpoint', modelA], 2, /file/],
  ['a file that is not there', ['gone.jsonl', '--checkpoint', modelA], 3, /not found: gone\.jsonl/],
  ['a folder for a file', [project.folder, '--checkpoint', modelA], 3, /cannot be read/],
  ['a checkpoint that is not there', [requests, '--checkpoint', 'gone'], 2, /No checkpoint here/],
  ['a precision that is none', [requests, '--checkpoint', modelA, '--precision', 'fp8'], 2, /fp32, int8/],
  ['a name of a model that is no server', [requests, '--checkpoint', modelA, '--model', 'm'], 2, /--model/],
  ['a server without the name of its model', [requests, '--checkpoint', 'http://localhost:1/v1'], 2, /--model/],
];
for (const [what, args, code, text] of bad) {
  test(`${what}: exit ${code}, one line on stderr, nothing on stdout`, async () => {
    const ran = await project.assay('ask', ...args);
    assert.deepEqual([ran.code, ran.stdout], [code, ''], ran.stderr);
    assert.match(ran.stderr, /^error: .*\n$/);
    assert.match(ran.stderr, text);
  });
}
