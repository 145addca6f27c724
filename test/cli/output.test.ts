import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { output } from '../../src/cli/output';
import { progressText } from '../../src/cli/progress-line';
import { resultTables } from '../../src/cli/result-tables';
import { AssayError } from '../../src/protocol/errors';
import type { RunReport } from '../../src/protocol/results';

/** Sets the title, clears the screen, reaches for the clipboard, turns the direction, forges a line. */
const HOSTILE = 'x\x1b]0;title\x07\x1b[2J\x9b31m\x1b]52;c;aGk=\x07\u202etxt\r\n| sst2 | none | acc | 1.0000 |\u2028end';

function written(context: TestContext, stream: 'stdout' | 'stderr', body: () => void): string {
  const texts: string[] = [];
  const mock = context.mock.method(process[stream], 'write', (text: string) => {
    texts.push(text);
    return true;
  });
  body();
  mock.mock.restore();
  return texts.join('');
}

const unseen = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]/;

const run = {
  checkpoint: HOSTILE, path: HOSTILE, results: { [HOSTILE]: { alias: HOSTILE, 'acc,none': 0.25, sample_len: 4 } }, intervals: {}, 'n-shot': { [HOSTILE]: 0 },
  timing: { seconds: 1, tokens: 2, tokens_per_second: 2 },
} as unknown as RunReport;

test('a table has one line for each row, whatever tasks and checkpoints are called', (context) => {
  const comparison = { task: HOSTILE, metric: 'acc,none', baseline: HOSTILE, other: 'b', difference: 0.1, interval: null, p_value: null, n: 4 };
  const text = written(context, 'stdout', () => output.text(resultTables({ version: 1, runs: [run], comparisons: [comparison], expectations: [], errors: [] } as never)));
  assert.doesNotMatch(text, unseen);
  const lines = text.split('\n');
  assert.equal(lines.length, 12);
  assert.deepEqual(lines.filter((line) => /^\| sst2/.test(line)), []);
  // A bar in a name makes no cell of its own.
  assert.equal(lines[3]?.match(/(?<!\\)\|/g)?.length, lines[1]?.match(/\|/g)?.length);
});

test('lines, problems and errors are one line each', (context) => {
  const out = written(context, 'stdout', () => output.line(HOSTILE));
  const problems = written(context, 'stderr', () => {
    output.problem(`warning: ${HOSTILE}`);
    output.error(new AssayError('template-error', { detail: HOSTILE }, { file: `a\x1b[2Jb` }));
    output.reported({ checkpoint: HOSTILE, task: HOSTILE, code: 'x', message: HOSTILE, file: HOSTILE } as never);
    output.usage(`error: ${HOSTILE}`);
  });
  for (const text of [out, problems]) assert.doesNotMatch(text, unseen);
  assert.equal(out.split('\n').length, 2);
  assert.equal(problems.split('\n').length, 5);
});

test('a document keeps its lines and loses what steers a terminal', (context) => {
  assert.equal(written(context, 'stdout', () => output.text('one\ntwo \x1b[31mred\x1b[0m\n')), 'one\ntwo [31mred[0m\n');
});

test('JSON stays JSON, with nothing in it that a terminal obeys', (context) => {
  const text = written(context, 'stdout', () => output.json({ name: HOSTILE }));
  assert.doesNotMatch(text, unseen);
  assert.deepEqual(JSON.parse(text), { name: HOSTILE });
});

test('the line of progress is one line', () => {
  const text = progressText({ type: 'progress', checkpoint: HOSTILE, task: HOSTILE, done: 1, total: 2, tokens_per_second: 3, remaining: null } as never);
  assert.doesNotMatch(text, /[\0-\x1f\x7f-\x9f\u2028-\u202e]/);
});
