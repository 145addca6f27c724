/** What a run reports, streams and leaves on disk, and how two runs are compared. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Comparison, RunEvent } from '../../src/protocol/events';
import type { EvaluationReport } from '../../src/protocol/results';
import type { Ran } from './command';
import { architecture, DOCUMENTS, jsonLines, workspace } from './workspace';

const project = workspace();
const MODELS = [architecture('qwen3'), architecture('olmo2')];
const NAMES = ['qwen3', 'olmo2'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type Sample = { readonly doc_id: number; readonly acc: number; readonly [key: string]: unknown };
type Saved = { readonly results: Readonly<Record<string, Readonly<Record<string, unknown>>>>; readonly [key: string]: unknown };

/** What lm-evaluation-harness 0.4.13 writes beside groups; it was read from its evaluation_tracker, evaluator and loggers. */
const HARNESS_KEYS = [
  'results', 'group_subtasks', 'configs', 'versions', 'n-shot', 'higher_is_better', 'n-samples', 'config', 'git_hash', 'date', 'pretty_env_info', 'transformers_version',
  'lm_eval_version', 'upper_git_hash', 'tokenizer_pad_token', 'tokenizer_eos_token', 'tokenizer_bos_token', 'eot_token_id', 'max_length', 'task_hashes', 'model_source',
  'model_name', 'model_name_sanitized', 'system_instruction', 'system_instruction_sha', 'fewshot_as_multiturn', 'chat_template', 'chat_template_sha', 'total_evaluation_time_seconds',
];

const checkpoints = MODELS.flatMap((path) => ['--checkpoint', path]);
const evaluate = (...args: readonly string[]): Promise<Ran> => project.assay('run', ...checkpoints, '--include-path', 'tasks', '--json', '--quiet', ...args);

describe('two checkpoints on two tasks and a text', () => {
  let ran: Ran;
  let report: EvaluationReport;
  let events: readonly RunEvent[];
  const folder = (index: number): string => project.path('.assay', 'runs', report.runs[index]?.id ?? '');
  const fileOf = (index: number, prefix: string): string => {
    const files = readdirSync(folder(index)).filter((name) => name.startsWith(prefix));
    assert.equal(files.length, 1, `${prefix}: ${files.join(', ')}`);
    return join('.assay', 'runs', report.runs[index]?.id ?? '', files[0] ?? '');
  };
  const samples = (index: number, task: string): Sample[] => jsonLines<Sample>(project.read(fileOf(index, `samples_${task}_2`)));
  const compared = (task: string, metric: string): Comparison => {
    const found = report.comparisons.filter((comparison) => comparison.task === task && comparison.metric === metric);
    assert.equal(found.length, 1);
    return found[0] as Comparison;
  };

  before(async () => {
    project.write('two.eval.yaml', `checkpoints: [${MODELS.join(', ')}]\ninclude_path: tasks\ntasks:\n  - { task: parity, expect: { acc: ">= 0" } }\n  - zero_shot\n  - { perplexity: data/more/heldout.jsonl, text_column: page }\n`);
    ran = await project.assay('run', 'two.eval.yaml', '--json', '--events', 'two.events');
    report = ran.json as EvaluationReport;
    events = jsonLines<RunEvent>(project.read('two.events'));
  });

  test('the report has the contract\'s keys', () => {
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(Object.keys(report), ['version', 'runs', 'comparisons', 'expectations', 'errors']);
    assert.deepEqual([report.version, report.errors], [1, []]);
    assert.deepEqual(report.runs.map(({ checkpoint, path, precision }) => [checkpoint, path, precision]), NAMES.map((name, index) => [name, MODELS[index], 'fp32']));
    for (const run of report.runs) {
      assert.deepEqual(Object.keys(run).sort(), ['checkpoint', 'group_subtasks', 'groups', 'id', 'intervals', 'n-samples', 'n-shot', 'path', 'precision', 'results', 'signatures', 'timing']);
      assert.match(run.id, new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{3}Z-${run.checkpoint}$`));
      assert.deepEqual(Object.keys(run.results), ['parity', 'zero_shot', 'heldout']);
      const { parity } = run.results;
      assert.deepEqual([parity?.['alias'], parity?.['sample_len']], ['parity', DOCUMENTS]);
      for (const key of ['acc,none', 'acc_stderr,none', 'f1,none', 'f1_stderr,none']) assert.equal(typeof parity?.[key], 'number', key);
      assert.equal(run.results['heldout']?.['word_perplexity_stderr,none'], 'N/A');
      assert.deepEqual(run['n-samples']['parity'], { original: DOCUMENTS, effective: DOCUMENTS });
      const { seconds, tokens, tokens_per_second: rate } = run.timing;
      assert.ok(seconds > 0 && tokens > 0 && Math.abs(rate - tokens / seconds) <= 1e-6 * rate + 1);
    }
  });

  test('every metric of several documents has an interval around its value', () => {
    for (const { results, intervals } of report.runs) {
      for (const [task, values] of Object.entries(results)) {
        for (const key of Object.keys(values).filter((name) => name.includes(',') && !name.includes('_stderr,'))) {
          const interval = intervals[task]?.[key];
          // Without a right positive answer there is nothing to say how far F1 may be from 0.
          if (key === 'f1,none' && values[key] === 0) {
            assert.equal(interval, undefined);
            continue;
          }
          assert.ok(Array.isArray(interval), `${task} ${key}`);
          const [low, high] = interval as [number, number];
          assert.ok(low <= Number(values[key]) && Number(values[key]) <= high, `${task} ${key}: ${String(values[key])} in [${low}, ${high}]`);
        }
      }
    }
  });

  test('the interval of a proportion is Wilson\'s', () => {
    const [run] = report.runs;
    const p = Number(run?.results['parity']?.['acc,none']);
    const [z, n] = [1.959963984540054, DOCUMENTS];
    const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
    const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
    const [low, high] = run?.intervals['parity']?.['acc,none'] ?? [NaN, NaN];
    assert.ok(Math.abs(low - (middle - half)) < 1e-9 && Math.abs(high - (middle + half)) < 1e-9);
  });

  test('comparisons: counts of the sample lines, McNemar\'s exact p, Tango\'s interval', () => {
    const { baseline, other, difference, n, p_value: p, interval, ...counts } = compared('parity', 'acc,none');
    const [a, b] = [samples(0, 'parity'), samples(1, 'parity')];
    const pairs = a.map(({ doc_id: id, acc }) => `${acc}${b.find((sample) => sample.doc_id === id)?.acc ?? '?'}`);
    const count = (pair: string): number => pairs.filter((found) => found === pair).length;
    assert.deepEqual([baseline, other, n], ['qwen3', 'olmo2', DOCUMENTS]);
    const { both_right: right = NaN, only_baseline: first = NaN, only_other: second = NaN, both_wrong: wrong = NaN } = counts;
    assert.deepEqual([right, first, second, wrong], [count('11'), count('10'), count('01'), count('00')]);
    assert.equal(right + first + second + wrong, n);
    assert.ok(Math.abs(difference - (second - first) / n) < 1e-12);
    assert.ok(Math.abs(difference - (Number(report.runs[1]?.results['parity']?.['acc,none']) - Number(report.runs[0]?.results['parity']?.['acc,none']))) < 1e-12);
    assert.ok(Math.abs((p ?? NaN) - mcnemar(first, second)) < 1e-12);
    const [low, high] = interval ?? [NaN, NaN];
    assert.ok(low < difference && difference < high);
    const z = 1.959963984540054;
    assert.ok(Math.abs(paired(low, first, second, n) - z) < 1e-4 && Math.abs(paired(high, first, second, n) + z) < 1e-4);
  });

  test('comparisons: means and perplexities, no other metric', () => {
    assert.deepEqual(report.comparisons.filter(({ metric }) => metric === 'f1,none'), []);
    const words = compared('heldout', 'word_perplexity,none');
    assert.equal(words.n, 2);
    assert.equal('both_right' in words, false);
  });

  test('assay compare says the same of the two finished runs, by folder and by id', async () => {
    const [a, b] = [folder(0), folder(1)];
    const byFolder = await project.assay('compare', a, b, '--json');
    assert.equal(byFolder.code, 0, byFolder.stderr);
    const found = byFolder.json as { readonly comparisons: readonly Comparison[] };
    assert.deepEqual(Object.keys(found), ['version', 'comparisons', 'errors']);
    assert.deepEqual(sorted(found.comparisons), sorted(report.comparisons));
    const byId = await project.assay('compare', report.runs[0]?.id ?? '', report.runs[1]?.id ?? '', '--json');
    assert.deepEqual(byId.json, byFolder.json);
    const turned = await project.assay('compare', b, a, '--json');
    const back = (turned.json as typeof found).comparisons.find(({ task, metric }) => task === 'parity' && metric === 'acc,none');
    assert.ok(Math.abs((back?.difference ?? NaN) + compared('parity', 'acc,none').difference) < 1e-12);
  });

  test('events: the plan first, time, run and checkpoint in each', () => {
    for (const { time, run, checkpoint } of events) {
      assert.match(time, TIME);
      assert.equal(checkpoint, report.runs.find(({ id }) => id === run)?.checkpoint);
    }
    const times = events.map(({ time }) => time);
    assert.deepEqual(times, [...times].sort());
    const kinds = new Set(['planned', 'started', 'resumed', 'progress', 'sample', 'metric', 'comparison', 'expectation', 'warning', 'finished', 'cancelled', 'failed']);
    assert.ok(events.every(({ type }) => kinds.has(type)));
    for (const { id } of report.runs) {
      const own = events.filter(({ run }) => run === id).map(({ type }) => type);
      assert.deepEqual([own[0], own[1]], ['planned', 'started']);
      assert.equal(own.filter((type) => type === 'finished').length, 1);
      assert.ok(own.indexOf('finished') > own.lastIndexOf('progress'));
    }
  });

  test('events: progress counts documents up to all', () => {
    for (const { id } of report.runs) {
      const progress = events.flatMap((event) => (event.type === 'progress' && event.run === id ? [event] : []));
      const total = 2 * DOCUMENTS + 2;
      assert.ok(progress.length > 0);
      assert.ok(progress.every((event) => event.total === total && event.done <= total && typeof event.tokens_per_second === 'number'));
      const done = progress.map((event) => event.done);
      assert.deepEqual(done, [...done].sort((a, b) => a - b));
      assert.equal(done.at(-1), total);
    }
  });

  test('events: metrics with live intervals, the last of each final and as reported', () => {
    for (const { id, results, intervals } of report.runs) {
      const metrics = events.flatMap((event) => (event.type === 'metric' && event.run === id ? [event] : []));
      assert.ok(metrics.some(({ final, interval, metric }) => !final && metric === 'acc,none' && Array.isArray(interval)), 'a live interval');
      assert.ok(metrics.every(({ n, value }) => n >= 0 && typeof value === 'number'));
      const finals = metrics.filter(({ final }) => final);
      for (const { task, metric, value, interval, n } of finals) {
        assert.equal(value, results[task]?.[metric]);
        assert.deepEqual(interval, intervals[task]?.[metric] ?? null);
        assert.equal(n, results[task]?.['sample_len']);
      }
      const reported = Object.entries(results).flatMap(([task, values]) => Object.keys(values).filter((key) => key.includes(',') && !key.includes('_stderr,')).map((key) => `${task} ${key}`));
      assert.deepEqual(finals.map(({ task, metric }) => `${task} ${metric}`).sort(), reported.sort());
    }
  });

  test('events: a sample a document, expectations and comparisons as reported', () => {
    const seen = events.flatMap((event) => (event.type === 'sample' ? [`${event.run} ${event.task} ${event.sample.doc_id}`] : []));
    assert.equal(new Set(seen).size, seen.length);
    assert.equal(seen.length, 2 * (2 * DOCUMENTS + 2));
    assert.deepEqual(events.flatMap((event) => (event.type === 'expectation' ? [event.expectation] : [])), report.expectations);
    assert.deepEqual(report.expectations.map(({ checkpoint, met }) => [checkpoint, met]), NAMES.map((name) => [name, true]));
    assert.deepEqual(events.flatMap((event) => (event.type === 'comparison' ? [event.comparison] : [])), report.comparisons);
  });

  test('files: run.json, journal, results and samples, kept out of version control', () => {
    assert.equal(project.read('.assay', '.gitignore').trim(), '*');
    const evaluations = report.runs.map((run, index) => {
      const names = readdirSync(folder(index)).map((name) => name.replace(/_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d+(?=\.jsonl?$)/, '_<time>')).sort();
      assert.deepEqual(names, ['journal.jsonl', 'results_<time>.json', 'run.json', 'samples_heldout_<time>.jsonl', 'samples_parity_<time>.jsonl', 'samples_zero_shot_<time>.jsonl']);
      const described = JSON.parse(project.read('.assay', 'runs', run.id, 'run.json')) as Readonly<Record<string, unknown>>;
      assert.deepEqual([described['id'], described['state'], described['error']], [run.id, 'finished', null]);
      for (const key of ['config', 'versions', 'signature', 'identity']) assert.ok(key in described, key);
      assert.match(String(described['signature']), /\|device:cpu\|precision:fp32\|/);
      const { kind, threads } = described['device'] as Readonly<Record<string, unknown>>;
      assert.deepEqual([kind, typeof threads], ['cpu', 'number']);
      const saved = JSON.parse(project.read(fileOf(index, 'results_'))) as Saved;
      assert.deepEqual(saved.results, run.results);
      assert.deepEqual(saved.device_profile, described['device']);
      for (const key of HARNESS_KEYS) assert.ok(key in saved, key);
      const { tokenizer_pad_token: pad, tokenizer_eos_token: eos, tokenizer_bos_token: bos, eot_token_id: end, chat_template: template } = saved;
      assert.deepEqual([pad, eos, bos, end, template], [['<|endoftext|>', '0'], ['<|endoftext|>', '0'], ['<|endoftext|>', '0'], 0, null]);
      const keys = jsonLines<Readonly<Record<string, unknown>>>(project.read('.assay', 'runs', run.id, 'journal.jsonl')).slice(1).map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
      assert.equal(keys.length, 2 * 2 * DOCUMENTS + 2);
      assert.ok(keys.every((key) => /^(parity|zero_shot|heldout)\/\d+\/\d+\/\d+$/.test(String(key))));
      return described['evaluation'];
    });
    assert.equal(new Set(evaluations).size, 1);
  });

  test('sample lines have the harness\'s keys; what is ours is below assay; their mean is the metric', () => {
    const lines = samples(0, 'parity');
    const keys = ['doc_id', 'doc', 'target', 'arguments', 'resps', 'filtered_resps', 'filter', 'metrics', 'doc_hash', 'prompt_hash', 'target_hash', 'acc', 'f1', 'assay'];
    for (const line of lines) assert.deepEqual(Object.keys(line).sort(), [...keys].sort());
    assert.deepEqual(lines.map(({ doc_id: id }) => id), Array.from({ length: DOCUMENTS }, (_, id) => id));
    const mean = lines.reduce((sum, { acc }) => sum + acc, 0) / lines.length;
    assert.ok(Math.abs(mean - Number(report.runs[0]?.results['parity']?.['acc,none'])) < 1e-12);
  });

  test('--resume reports a finished run again: same ids, same numbers, nothing asked', async () => {
    const again = await project.assay('run', 'two.eval.yaml', '--json', '--quiet', '--resume', '--events', 'again.events');
    assert.equal(again.code, 0, again.stderr);
    const { runs, comparisons } = again.json as EvaluationReport;
    assert.deepEqual(runs.map(({ id, results, intervals }) => [id, results, intervals]), report.runs.map(({ id, results, intervals }) => [id, results, intervals]));
    assert.deepEqual(comparisons, report.comparisons);
    assert.equal(readdirSync(project.path('.assay', 'runs')).length, 2);
    const resumed = jsonLines<RunEvent>(project.read('again.events')).flatMap((event) => (event.type === 'resumed' ? [event.answered] : []));
    assert.deepEqual(resumed, [4 * DOCUMENTS + 2, 4 * DOCUMENTS + 2]);
  });
});

describe('runs of other kinds', { concurrency: 2 }, () => {
  test('--resume with nothing to go on with starts afresh and says so', async () => {
    const ran = await evaluate('--tasks', 'parity', '--limit', '3', '--output', 'fresh', '--resume');
    assert.equal(ran.code, 0);
    assert.match(ran.stderr, /warning: qwen3: .*afresh/);
  });

  test('log_samples: false leaves no samples, and the comparison in the run stands', async () => {
    project.write('unlogged.eval.yaml', `checkpoints: [${MODELS.join(', ')}]\ninclude_path: tasks\ntasks: [parity]\nlimit: 4\nlog_samples: false\noutput_path: unlogged\n`);
    const ran = await project.assay('run', 'unlogged.eval.yaml', '--json', '--quiet');
    assert.equal(ran.code, 0, ran.stderr);
    const { runs, comparisons } = ran.json as EvaluationReport;
    for (const { id } of runs) assert.deepEqual(readdirSync(project.path('unlogged', id)).filter((name) => name.startsWith('samples_')), []);
    assert.equal(comparisons.length, 1);
    assert.equal(existsSync(project.path('unlogged', '.gitignore')), false);
  });

  test('a checkpoint is read where it lies, through links too, and left as it was', async () => {
    const [blobs, snapshot] = [project.path('hub', 'blobs'), project.path('hub', 'snapshot')];
    cpSync(architecture('qwen3'), blobs, { recursive: true });
    mkdirSync(snapshot);
    for (const name of readdirSync(blobs)) {
      chmodSync(join(blobs, name), 0o444);
      symlinkSync(join('..', 'blobs', name), join(snapshot, name));
    }
    for (const folder of [blobs, snapshot]) chmodSync(folder, 0o555);
    const state = (): unknown => [blobs, snapshot].flatMap((folder) => readdirSync(folder).sort().map((name) => [name, statSync(join(folder, name)).mtimeMs, statSync(join(folder, name)).size]));
    const before = state();
    const ran = await project.assay('run', '--checkpoint', snapshot, ...checkpoints, '--include-path', 'tasks', '--json', '--quiet', '--tasks', 'parity', '--limit', '4', '--output', 'linked');
    for (const folder of [blobs, snapshot]) chmodSync(folder, 0o755);
    assert.equal(ran.code, 0, ran.stderr);
    const { runs } = ran.json as EvaluationReport;
    assert.deepEqual(runs[0]?.results, runs.find(({ checkpoint }) => checkpoint === 'qwen3')?.results);
    assert.deepEqual(state(), before);
  });

  test('--events appends', async () => {
    project.write('kept.events', '{"type":"earlier"}\n');
    await evaluate('--tasks', 'parity', '--limit', '2', '--output', 'kept', '--events', 'kept.events');
    const lines = jsonLines<{ readonly type: string }>(project.read('kept.events'));
    assert.deepEqual(lines.slice(0, 2).map(({ type }) => type), ['earlier', 'planned']);
  });

  test('--bootstrap-iters 0: no bootstrapped standard error', async () => {
    const ran = await evaluate('--tasks', 'parity', '--limit', '4', '--output', 'bootstrap', '--bootstrap-iters', '0');
    assert.equal((ran.json as EvaluationReport).runs[0]?.results['parity']?.['f1_stderr,none'], 'N/A');
  });
});

/** Exact two-sided p: the binomial tail of the rarer of the two, doubled. */
function mcnemar(first: number, second: number): number {
  const n = first + second;
  let [term, tail] = [0.5 ** n, 0];
  for (let k = 0; k <= Math.min(first, second); k++) {
    tail += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

/** Tango's score statistic for the difference `delta`; the cell it does not fix is the one that makes the counts most likely. */
function paired(delta: number, onlyBaseline: number, onlyOther: number, n: number): number {
  const log = (count: number, share: number): number => (count === 0 ? 0 : count * Math.log(share));
  const likelihood = (q: number): number => log(onlyOther, q + delta) + log(onlyBaseline, q) + log(n - onlyBaseline - onlyOther, 1 - 2 * q - delta);
  let [low, high] = [Math.max(0, -delta), (1 - delta) / 2];
  for (let round = 0; round < 200; round++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (likelihood(a) < likelihood(b)) low = a;
    else high = b;
  }
  return (onlyOther - onlyBaseline - n * delta) / Math.sqrt(n * (low + high + delta * (1 - delta)));
}

function sorted(comparisons: readonly Comparison[]): Comparison[] {
  return [...comparisons].sort((a, b) => (`${a.task} ${a.metric}` < `${b.task} ${b.metric}` ? -1 : 1));
}
