/** A run is shown, compared and reported from its own folder, whatever has happened to its data, task files and checkpoint since. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import { AssayError } from '../../src/protocol/errors';
import { answerTo, inOrder, type Script } from '../run/scripted-model';
import { asking, rowsOf, runFileOf, ScriptedWorkspace } from './scripted-evaluation';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
const only = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T): Of<T>[] => events.filter((event): event is Of<T> => event.type === type);
const finalsOf = (events: readonly RunEvent[]): unknown[] =>
  only(events, 'metric').filter(({ final }) => final).map(({ task, metric, value, stderr, interval, n }) => ({ task, metric, value, stderr, interval, n }));

/** Answers until so many are given, then dies. */
function dyingAfter(answers: number): Script {
  let given = 0;
  return function* (requests) {
    for (const request of requests) {
      if (given++ >= answers) yield new AssayError('model-process-died', { cause: 'SIGKILL' });
      yield { type: 'response', response: answerTo(request) };
    }
  };
}

describe('a finished run', () => {
  it('is shown as it was when its data, its task file and its checkpoint are gone', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(60));
    const checkpoints = [workspace.checkpoint('a')];
    const { events } = await workspace.evaluate({ checkpoints });
    const [folder = ''] = workspace.runs;
    for (const gone of ['odd.jsonl', 'odd.yaml', 'checkpoints']) rmSync(join(workspace.folder, gone), { recursive: true });
    const replayed = await asking((evaluator) => evaluator.replay(folder));
    assert.ok(finalsOf(events).length > 0);
    assert.deepEqual(finalsOf(replayed), finalsOf(events));
    assert.equal(only(replayed, 'sample').length, 60);
    assert.deepEqual(only(replayed, 'sample').map(({ sample }) => sample), only(events, 'sample').map(({ sample }) => sample));
    assert.equal(only(replayed, 'planned')[0]?.origin, 'replay');
  });

  it('counts what it counted when labels are edited afterwards', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(60));
    const checkpoints = [workspace.checkpoint('a'), workspace.checkpoint('b')];
    const opposite: Script = (requests) => requests.map((request) => ({ type: 'response', response: answerTo({ ...request, id: `${request.id}!` }) }));
    const swapped: Script = (requests) => [...opposite(requests)].map((event, index) => (event instanceof AssayError || event.type !== 'response' ? event : { type: 'response', response: { ...event.response, id: requests[index]?.id ?? '' } }));
    const { report } = await workspace.evaluate({ checkpoints, script: (name) => (name === 'a' ? inOrder : swapped) });
    const [a = '', b = ''] = workspace.runs;
    workspace.task('odd', rowsOf(60, () => 1));
    const compared = await asking((evaluator) => evaluator.compare(a, b));
    assert.deepEqual(compared.errors, []);
    assert.deepEqual(compared.comparisons.map(({ baseline: _b, other: _o, ...rest }) => rest), report.comparisons.map(({ baseline: _b, other: _o, ...rest }) => rest));
    assert.ok((compared.comparisons[0]?.both_right ?? 0) > 0);
  });

  it('keeps its failed tasks with their reasons', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(20));
    workspace.task('broken', rowsOf(20), { doc_to_text: '{{nothing.here}}' });
    const { events, exitCode, report } = await workspace.evaluate({ tasks: ['odd', 'broken'], checkpoints: [workspace.checkpoint('a')] });
    assert.equal(exitCode, 3);
    assert.equal(report.errors.length, 1);
    assert.deepEqual(only(events, 'finished')[0]?.failedTasks, ['broken']);
    const replayed = await asking((evaluator) => evaluator.replay(workspace.runs[0] ?? ''));
    const failed = only(replayed, 'failed');
    assert.deepEqual(failed.map(({ task, error }) => [task, error.code]), only(events, 'failed').map(({ task, error }) => [task, error.code]));
    assert.equal(failed.length, 1);
    assert.deepEqual(only(replayed, 'finished')[0]?.failedTasks, ['broken']);
  });

  it('is reported again, not computed, and says so', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(60));
    const checkpoints = [workspace.checkpoint('a')];
    const first = await workspace.evaluate({ checkpoints });
    const again = await workspace.evaluate({ checkpoints, resume: true });
    assert.deepEqual(again.models, []);
    assert.deepEqual(again.report.runs.map(({ results }) => results), first.report.runs.map(({ results }) => results));
    assert.equal(again.report.runs[0]?.reported, true);
    assert.equal(again.report.runs[0]?.taken_over?.answers, 120);
    assert.equal(only(again.events, 'finished')[0]?.reported, true);
    assert.equal(first.report.runs[0]?.taken_over, undefined);
    assert.equal(workspace.runs.length, 1);
  });
});

describe('comparisons', () => {
  it('pair documents by their hash, wherever they stand, and count what only one side has', async () => {
    const workspace = new ScriptedWorkspace();
    const checkpoints = [workspace.checkpoint('a')];
    const rows = rowsOf(60);
    workspace.task('odd', rows);
    await workspace.evaluate({ checkpoints });
    workspace.task('odd', [{ question: 'new', label: 0 }, ...rows.slice(10).reverse()]);
    await workspace.evaluate({ checkpoints: [workspace.checkpoint('b')] });
    const [a = '', b = ''] = workspace.runs;
    const { comparisons } = await asking((evaluator) => evaluator.compare(a, b));
    assert.deepEqual(comparisons.map(({ n, unpaired }) => [n, unpaired]), [[50, 11]]);
    const right = (folder: string): Map<string, number> => {
      const lines = readFileSync(join(folder, readdirSync(folder).find((name) => name.startsWith('samples_')) ?? ''), 'utf8').trim().split('\n');
      return new Map(lines.map((line) => JSON.parse(line) as { doc_hash: string; acc: number }).map(({ doc_hash, acc }) => [doc_hash, acc]));
    };
    const [ours, theirs] = [right(a), right(b)];
    const both = [...ours].filter(([hash, acc]) => acc === 1 && theirs.get(hash) === 1).length;
    assert.equal(comparisons[0]?.both_right, both);
  });

  it('are not made without a common document', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(30));
    await workspace.evaluate({ checkpoints: [workspace.checkpoint('a')] });
    workspace.task('odd', rowsOf(30).map(({ question, label }) => ({ question: `${question}!`, label })));
    await workspace.evaluate({ checkpoints: [workspace.checkpoint('b')] });
    const [a = '', b = ''] = workspace.runs;
    const { comparisons, errors } = await asking((evaluator) => evaluator.compare(a, b));
    assert.deepEqual(comparisons, []);
    assert.deepEqual(errors.map(({ code }) => code), ['nothing-to-compare']);
  });

  it('are made of the tasks both finished when one run ends early', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(30));
    workspace.task('even', rowsOf(30));
    const checkpoints = [workspace.checkpoint('a'), workspace.checkpoint('b')];
    const { report, exitCode } = await workspace.evaluate({ tasks: ['odd', 'even'], checkpoints, script: (name) => (name === 'b' ? dyingAfter(90) : inOrder) });
    assert.equal(exitCode, 3);
    assert.deepEqual(report.comparisons.map(({ task }) => task), ['odd']);
  });
});

describe('a resume', () => {
  it('after the first checkpoint of several stays one evaluation', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(40));
    const checkpoints = [workspace.checkpoint('a'), workspace.checkpoint('b')];
    const cancelled = await workspace.evaluate({ checkpoints, onEvent: (event, cancel) => event.type === 'finished' && cancel() });
    assert.equal(cancelled.exitCode, 130);
    const resumed = await workspace.evaluate({ checkpoints, resume: true });
    assert.equal(resumed.exitCode, 0);
    assert.deepEqual(new Set(workspace.runs.map((folder) => runFileOf(folder).evaluation)).size, 1);
    assert.deepEqual(new Set(resumed.events.map(({ evaluation }) => evaluation)).size, 1);
    assert.equal(resumed.report.comparisons.length, 1);
  });

  it('tells a checkpoint apart that differs in one byte of a norm', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(40));
    const folder = workspace.checkpoint('a');
    const first = await workspace.evaluate({ checkpoints: [folder] });
    assert.equal(first.exitCode, 0);
    assert.match(runFileOf(workspace.runs[0] ?? '').identity.fingerprint ?? '', /^[0-9a-f]{64}$/);
    const file = join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 7] = (bytes[bytes.length - 7] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const again = await workspace.evaluate({ checkpoints: [folder], resume: true });
    assert.equal(again.report.runs[0]?.reported, undefined);
    assert.equal(only(again.events, 'warning')[0]?.code, 'nothing-to-resume');
    assert.equal(workspace.runs.length, 2);
  });

  it('goes on with an unfinished run although a newer one is finished', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(40));
    const checkpoints = [workspace.checkpoint('a')];
    await workspace.evaluate({ checkpoints, script: () => dyingAfter(21) });
    await workspace.evaluate({ checkpoints });
    const resumed = await workspace.evaluate({ checkpoints, resume: true });
    assert.equal(resumed.report.runs[0]?.taken_over?.answers, 20);
    assert.deepEqual(workspace.runs.map((folder) => runFileOf(folder).state), ['finished', 'finished']);
  });

  it('writes through no link that a run folder brings', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(40));
    const checkpoints = [workspace.checkpoint('a')];
    await workspace.evaluate({ checkpoints, script: () => dyingAfter(21) });
    const [run = ''] = workspace.runs;
    const mine = join(workspace.folder, 'settings.json');
    writeFileSync(mine, 'mine');
    for (const name of ['run.json.part', `results_x.json.part`]) symlinkSync(mine, join(run, name));
    const resumed = await workspace.evaluate({ checkpoints, resume: true });
    assert.equal(resumed.exitCode, 0);
    assert.equal(readFileSync(mine, 'utf8'), 'mine');
    for (const name of ['journal.jsonl', 'run.json']) {
      const other = new ScriptedWorkspace();
      other.task('odd', rowsOf(40));
      await other.evaluate({ checkpoints, script: () => dyingAfter(21) });
      const [folder = ''] = other.runs;
      const real = join(other.folder, 'elsewhere');
      writeFileSync(real, readFileSync(join(folder, name)));
      const before = readFileSync(real, 'utf8');
      rmSync(join(folder, name));
      symlinkSync(real, join(folder, name));
      const refused = await other.evaluate({ checkpoints, resume: true });
      assert.deepEqual(refused.report.errors.map(({ code }) => code), ['broken-journal'], name);
      assert.equal(readFileSync(real, 'utf8'), before);
    }
  });

  it('makes no .gitignore through a link to nothing', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(10));
    mkdirSync(join(workspace.folder, '.assay'));
    symlinkSync(join(workspace.folder, 'outside'), join(workspace.folder, '.assay/.gitignore'));
    const hidden = Object.assign(Object.create(workspace) as ScriptedWorkspace, { output: join(workspace.folder, '.assay/runs') });
    assert.equal((await hidden.evaluate({ checkpoints: [workspace.checkpoint('a')] })).exitCode, 0);
    assert.ok(!readdirSync(workspace.folder).includes('outside'));
  });
});

describe('cancel', () => {
  it('is heard while rows are read for a few documents, and nothing is left', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(300_000), { fewshot_split: 'test', num_fewshot: 2 });
    const { exitCode, events, report } = await workspace.evaluate({ checkpoints: [workspace.checkpoint('a')], limit: 4, cancelAfter: 30 });
    assert.equal(exitCode, 130);
    assert.deepEqual(report.errors.map(({ code }) => code), ['cancelled']);
    assert.deepEqual(events, []);
    assert.ok(!readdirSync(workspace.folder).includes('runs'));
  });

  it('leaves a run that says how much was answered', async () => {
    const workspace = new ScriptedWorkspace();
    workspace.task('odd', rowsOf(60));
    let told = 0;
    const { events, exitCode } = await workspace.evaluate({ checkpoints: [workspace.checkpoint('a')], onEvent: (event, cancel) => event.type === 'sample' && ++told === 20 && cancel() });
    assert.equal(exitCode, 130);
    const [cancelled] = only(events, 'cancelled');
    assert.ok(cancelled !== undefined && cancelled.done >= 20 && cancelled.done < 60 && cancelled.total === 60);
    const [replayed] = only(await asking((evaluator) => evaluator.replay(workspace.runs[0] ?? '')), 'cancelled');
    assert.deepEqual([replayed?.done, replayed?.total], [cancelled.done, 60]);
  });
});
