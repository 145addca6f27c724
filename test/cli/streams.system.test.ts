/** Output that has nowhere to go: readers that leave, disks that are full. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { EvaluationReport } from '../../src/protocol/results';
import type { RunFile } from '../../src/run/run-file';
import { fixtures } from './command';
import { architecture, DOCUMENTS, jsonLines, workspace } from './workspace';

const project = workspace();
const run = (output: string, ...more: readonly string[]): readonly string[] => [
  'run', '--checkpoint', architecture('qwen3'), '--include-path', 'tasks', '--tasks', 'parity', '--output', output, '--quiet', ...more,
];
/** Files of a run may have so many KiB: some answers and no more. */
const FULL_AFTER = `ulimit -f 4; trap '' XFSZ; "$@"`;

describe('output that has nowhere to go', { concurrency: 2 }, () => {
  test('a reader that has seen enough is no error', async () => {
    const listed = await project.inShell('"$@" | head -1', 'checkpoints', `${fixtures}/arch`);
    assert.deepEqual([listed.code, listed.stderr, listed.stdout.split('\n').length], [0, '', 2]);
    const ran = await project.inShell('"$@" | head -c 10', ...run('read', '--json'));
    assert.deepEqual([ran.code, ran.stderr, ran.stdout.length], [0, '', 10]);
    assert.equal(readdirSync(project.path('read')).length, 1, 'the run is there all the same');
  });

  test('stdout on a full disk: exit 3, one line', async () => {
    for (const args of [run('full-stdout', '--json'), run('full-stdout'), ['checkpoints', `${fixtures}/arch`]]) {
      const ran = await project.inShell('"$@" > /dev/full', ...args);
      assert.equal(ran.code, 3);
      assert.match(ran.stderr, /^error: .*stdout: ENOSPC.*\n$/);
    }
  });

  test('events on a full disk: the run goes on, its numbers stand, exit 3 says what is missing', async () => {
    const ran = await project.assay(...run('full-events', '--json', '--events', '/dev/full'));
    const { runs, errors } = ran.json as EvaluationReport;
    assert.equal(ran.code, 3);
    assert.equal(runs[0]?.results['parity']?.['sample_len'], DOCUMENTS);
    assert.deepEqual(errors.map(({ code, file }) => [code, file]), [['cannot-write', '/dev/full']]);
    assert.match(ran.stderr, /^error: .*\/dev\/full: ENOSPC.*\n$/);
  });

  test('a journal that cannot grow: the run fails by name, and a resume on a larger disk gives the same numbers', async () => {
    const whole = await project.assay(...run('whole', '--json'));
    const ran = await project.inShell(FULL_AFTER, ...run('small', '--json'));
    assert.equal(ran.code, 3);
    const [folder] = readdirSync(project.path('small'));
    const journal = project.path('small', folder ?? '', 'journal.jsonl');
    const { runs, errors } = ran.json as EvaluationReport;
    assert.deepEqual([runs, errors.map(({ code, file }) => [code, file])], [[], [['cannot-write', journal]]]);
    assert.match(ran.stderr, /^error: .*EFBIG.*\n$/);
    assert.equal((JSON.parse(project.read('small', folder ?? '', 'run.json')) as RunFile).state, 'failed');
    assert.notEqual(readFileSync(journal, 'utf8').at(-1), '\n', 'its last line is torn');
    const resumed = await project.assay(...run('small', '--json', '--resume'));
    assert.equal(resumed.code, 0, resumed.stderr);
    const [again, want] = [(resumed.json as EvaluationReport).runs[0], (whole.json as EvaluationReport).runs[0]];
    assert.deepEqual([again?.id, again?.results], [folder, want?.results]);
    const keys = jsonLines<{ readonly key?: string }>(readFileSync(journal, 'utf8')).flatMap(({ key }) => key ?? []);
    assert.deepEqual([keys.length, new Set(keys).size], [2 * DOCUMENTS, 2 * DOCUMENTS]);
  });

  test('an output folder that cannot be made is said at once', async () => {
    const file = project.write('a-file', '');
    for (const output of [`${file}/runs`, '/proc/none/runs']) {
      const ran = await project.assay(...run(output, '--json'));
      assert.equal(ran.code, 3);
      assert.deepEqual((ran.json as EvaluationReport).errors.map(({ code }) => code), ['cannot-write']);
      assert.ok(!existsSync(output));
    }
  });
});
