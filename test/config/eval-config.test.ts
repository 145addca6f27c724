import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { kindOf } from '../../src/config/config-kind';
import { parseEvalConfig } from '../../src/config/eval-config';
import { lensPlaces } from '../../src/config/lenses';
import { closest } from '../../src/config/suggest';
import { parseSource } from '../../src/config/source';
import { marked, openPlaceholders } from './problem-text';

const FILE = path.resolve('/work space/evals/a.eval.yaml');
const base = path.dirname(FILE);
const problemsOf = (text: string): string[] => {
  const { problems } = parseEvalConfig(text, FILE);
  assert.deepEqual(openPlaceholders(problems), []);
  return marked(text, problems);
};

const FULL = `checkpoints:
  - ../checkpoints/model-a
  - { path: ../checkpoints/model-b, name: B, tokenizer: ../tok }
  - { endpoint: http://127.0.0.1:8000/v1, model: my-model, name: served }
tasks:
  - perplexity: data/heldout.txt
  - sst2
  - ../tasks/piqa.yaml
  - task: hellaswag
    num_fewshot: 5
    limit: 500
    description: "Read."
    expect: { acc_norm: ">= 0.30", "acc,none": { model-a: "< 0.5", B: [0.1, 0.9] } }
include_path: ../tasks
num_fewshot: 2
limit: 0.5
seed: 7
bootstrap_iters: 0
baseline: model-a
confidence: 0.9
precision: int8
compat: correct
apply_chat_template: true
system_instruction: "Be brief."
gen_kwargs: { temperature: 0.5 }
log_samples: false
output_path: out
`;

test('every key of a full config', () => {
  const { kind, config, problems } = parseEvalConfig(FULL, FILE);
  assert.deepEqual(problems, []);
  assert.equal(kind, 'eval');
  assert.deepEqual(config.checkpoints, [
    { kind: 'path', pattern: path.resolve(base, '../checkpoints/model-a'), name: null, tokenizer: null, configPath: 'checkpoints[0]' },
    { kind: 'path', pattern: path.resolve(base, '../checkpoints/model-b'), name: 'B', tokenizer: path.resolve(base, '../tok'), configPath: 'checkpoints[1]' },
    { kind: 'endpoint', endpoint: 'http://127.0.0.1:8000/v1', model: 'my-model', name: 'served', tokenizer: null, maxLength: null, concurrency: 8, timeout: 300, apiKeyEnv: null, configPath: 'checkpoints[2]' },
  ]);
  assert.deepEqual(config.tasks.map(({ source }) => source), [
    { kind: 'perplexity', file: path.resolve(base, 'data/heldout.txt'), name: null, textColumn: null, context: null, stride: null },
    { kind: 'name', name: 'sst2' },
    { kind: 'file', file: path.resolve(base, '../tasks/piqa.yaml') },
    { kind: 'name', name: 'hellaswag' },
  ]);
  const last = config.tasks[3];
  assert.deepEqual([last?.num_fewshot, last?.limit, last?.overrides], [5, 500, new Map([['description', 'Read.']])]);
  assert.deepEqual(last?.expect, [
    { metric: 'acc_norm', configPath: 'tasks[3].expect.acc_norm', bounds: { all: { op: '>=', low: 0.3, high: Infinity, text: '>= 0.30' } } },
    {
      metric: 'acc,none',
      configPath: 'tasks[3].expect.acc,none',
      bounds: { byCheckpoint: { 'model-a': { op: '<', low: -Infinity, high: 0.5, text: '< 0.5' }, B: { op: 'in', low: 0.1, high: 0.9, text: '[0.1, 0.9]' } } },
    },
  ]);
  assert.deepEqual({ ...config, checkpoints: [], tasks: [] }, {
    checkpoints: [], tasks: [], file: FILE, includePath: [path.resolve(base, '../tasks')], num_fewshot: 2, limit: 0.5, seed: 7, bootstrapIters: 0, baseline: 'model-a', confidence: 0.9, precision: 'int8',
    compat: 'correct', applyChatTemplate: true, systemInstruction: 'Be brief.', genKwargs: { temperature: 0.5 }, logSamples: false, outputPath: path.resolve(base, 'out'),
  });
});

test('what is not said is the default of the contract', () => {
  const { config, problems } = parseEvalConfig('tasks: [a]\nlimit:\n', FILE);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [config.seed, config.bootstrapIters, config.confidence, config.precision, config.compat, config.logSamples, config.limit, config.num_fewshot, config.applyChatTemplate],
    [1234, 1000, 0.95, 'fp32', 'harness', true, null, null, false],
  );
  assert.equal(config.outputPath, path.resolve(base, '.assay/runs'));
});

test('each mistake is shown at exactly its place', () => {
  const cases: readonly [string, string[]][] = [
    ['taskz: [a]\ntasks: [a]', ['unknown-key «taskz»']],
    ['tasks:\n  - task: a\n    num_fewshots: 3', ['unknown-key «num_fewshots»']],
    ['tasks:\n  - perplexity: a.txt\n    strid: 3', ['unknown-key «strid»']],
    ['tasks: [a]\ncheckpoints:\n  - { path: x, nme: y }', ['unknown-key «nme»']],
    ['tasks: sst2', ['wrong-type «sst2»']],
    ['tasks: [a]\nlimit: many', ['wrong-type «many»']],
    ['tasks: [a]\nnum_fewshot: 1.5', ['wrong-type «1.5»']],
    ['tasks: [a]\nlog_samples: "yes"', ['wrong-type «"yes"»']],
    ['tasks:\n  - [a]', ['wrong-type «[a]»']],
    ['tasks: [a]\ncheckpoints: [3]', ['wrong-type «3»']],
    ['tasks: [a]\nlimit: -2', ['out-of-range «-2»']],
    ['tasks: [a]\nlimit: 0', ['out-of-range «0»']],
    ['tasks: [a]\nnum_fewshot: -1', ['out-of-range «-1»']],
    ['tasks: [a]\nconfidence: 1', ['out-of-range «1»']],
    ['tasks: [a]\nconfidence: .nan', ['out-of-range «.nan»']],
    ['tasks: [a]\nprecision: fp64', ['not-one-of «fp64»']],
    ['tasks: [a]\ncompat: hraness', ['not-one-of «hraness»']],
    ['tasks:\n  - task: a\n    expect: { acc: 0.5 }', ['bad-bound «0.5»']],
    ['tasks:\n  - task: a\n    expect: { acc: "=> 0.5" }', ['bad-bound «"=> 0.5"»']],
    ['tasks:\n  - task: a\n    expect: { acc: [0.9, 0.1] }', ['bad-bound «[0.9, 0.1]»']],
    ['tasks:\n  - task: a\n    expect: { acc: { model-a: "0.5" } }', ['bad-bound «"0.5"»']],
    ['tasks:\n  - task: a\n    expect: high', ['wrong-type «high»']],
    ['tasks:\n  - limit: 3', ['missing-key «limit: 3»']],
    ['tasks: [a]\ncheckpoints:\n  - { endpoint: "http://x/v1" }', ['missing-key «{ endpoint: "http://x/v1" }»']],
    ['tasks: [a]\ncheckpoints:\n  - { endpoint: x, model: m }', ['wrong-value «x»']],
    ['tasks:\n  - { perplexity: a.txt, context: 64, stride: 100 }', ['out-of-range «100»']],
    ['tasks:\n  - { task: a, metric_list: [{ name: acc }] }', ['missing-key «{ name: acc }»']],
    ['tasks:\n  - { task: a, doc_to_choice: [no, yes] }', ['yaml-1.1 «no»', 'yaml-1.1 «yes»']],
    ['tasks:\n  - { task: a, description: no }', ['wrong-type «no»', 'yaml-1.1 «no»']],
    ['tasks: [a]\nseed: 0777', ['yaml-1.1 «0777»']],
    ['tasks: [a]\nseed: 1:30', ['yaml-1.1 «1:30»']],
    ['tasks: [a]\nconfidence: 9e-1', ['wrong-type «9e-1»', 'yaml-1.1 «9e-1»']],
    ['tasks: [a]\nlog_samples: yes', []],
    ['tasks:\n  - { task: a, process_docs: !function utils.f }', []],
    ['tasks:\n  - { perplexity: a.txt, limit: !function utils.f }', ['python-hook «!function utils.f»']],
    ['tasks: [a]\nseed: !function utils.f', ['python-hook «!function utils.f»']],
    ['- a\n- b', ['wrong-type «- a»']],
  ];
  for (const [text, expected] of cases) {
    assert.deepEqual(problemsOf(text), expected, text);
    const windows = text.replaceAll('\n', '\r\n');
    assert.deepEqual(problemsOf(windows), expected, `CRLF: ${text}`);
  }
});

test('fewshot_as_multiturn holds for every task that does not say it itself', () => {
  const { config, problems } = parseEvalConfig('fewshot_as_multiturn: false\ntasks:\n  - a\n  - { task: b, fewshot_as_multiturn: true }\n  - perplexity: x.txt\n', FILE);
  assert.deepEqual(problems, []);
  assert.deepEqual(config.tasks.map(({ overrides }) => [...overrides]), [[['fewshot_as_multiturn', false]], [['fewshot_as_multiturn', true]], []]);
});

test('hints look at the beginning of absurd names, and give up on absurd many', () => {
  const long = 'x'.repeat(20_000);
  const { problems } = parseEvalConfig(`tasks: [a]\n? "${long}"\n: 1\ncompat: "${long}"\n`, FILE);
  assert.deepEqual(problems.map(({ code }) => code), ['unknown-key', 'not-one-of']);
  assert.equal(closest(`${long}y`, [`${long}z`]), `${long}z`);
  assert.equal(closest('b'.repeat(256), Array.from({ length: 10_000 }, (_, index) => 'a'.repeat(250) + String(index))), null);
});

test('an unknown key suggests the one that was meant', () => {
  const { problems } = parseEvalConfig('tasks: [a]\ncheckpoint: []\nbootstrap-iters: 3\nzzz: 1', FILE);
  assert.deepEqual(problems.map(({ args }) => args['hint']), [' Did you mean "checkpoints"?', ' Did you mean "bootstrap_iters"?', '']);
});

test('a broken file still gives the entries that can be understood', () => {
  const { config, source } = parseEvalConfig('checkpoints:\n  - a\ntasks:\n  - sst2\n  - task: piqa\n    limit: [\n  - perplexity: x.txt\n', FILE);
  assert.deepEqual(config.checkpoints.length, 1);
  assert.ok(config.tasks.some(({ source: { kind } }) => kind === 'name'));
  assert.ok(lensPlaces(source).entries.length >= 2);
});

test('whose file it is', () => {
  const kind = (text: string, file: string): string | null => kindOf(parseSource(text, file).root, file);
  assert.equal(kind('', '/x/a.eval.yml'), 'eval');
  assert.equal(kind('', '/x/assay.yaml'), 'eval');
  assert.equal(kind('tasks: [a]', '/x/assay.yaml'), 'eval');
  for (const text of ['tasks: [a]\ncheckpoints: [m]', 'tasks: [a]\ninclude_path: t', 'tasks:\n  - perplexity: x.txt', 'tasks: [a]\nnum_fewshot: 5', 'tasks:\n  - task: a\n    limit: 5']) {
    assert.equal(kind(text, '/x/anything.yaml'), 'eval', text);
  }
  assert.equal(kind('task: a\noutput_type: loglikelihood', '/x/t.yaml'), 'task');
  assert.equal(kind('include: b.yaml\ntask: a', '/x/t.yaml'), 'task');
  assert.equal(kind('group: g\ntask: [a]', '/x/t.yaml'), 'group');
  const foreign = [
    'tasks: [a]',
    "version: '3'\ntasks:\n  build:\n    cmds: [make]",
    'id: hello\nnamespace: io.kestra\ntasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: hi',
    'tasks:\n  build:\n    command: make\n    inputs: [src]\n',
    'tasks:\n  - name: install\n    apt: { name: git }',
    'tasks:\n  - task: build\n    args: [x]',
    'checkpoints: [a]',
    'group: [a]\ntask: [b]',
    'task: [a]\ninclude: b.yaml',
  ];
  for (const text of [...foreign, 'services: {}', '- hosts: all\n  tasks: []', 'task: clean the house', '', 'just text']) assert.equal(kind(text, '/x/other.yaml'), null, text);
});

test('a task file is a config of one entry', () => {
  const file = path.resolve('/t/sst2.yaml');
  const { kind, config } = parseEvalConfig('task: a\ndataset_path: json\noutput_type: multiple_choice\n', file);
  assert.equal(kind, 'task');
  assert.deepEqual(config.tasks.map(({ source, configPath }) => [source, configPath]), [[{ kind: 'file', file }, '']]);
});

test('an entry that has a name is called by it', () => {
  const text = 'tasks:\n  - { perplexity: x.txt, name: held out }\n  - { perplexity: y.txt, name: }\n';
  assert.deepEqual(lensPlaces(parseSource(text, FILE)).entries.map(({ label }) => label), ['held out', 'y.txt']);
});

test('lenses: the first line, and each entry of tasks', () => {
  const text = '# head\ncheckpoints: [a]\ntasks:\n  - perplexity: x.txt\n  - sst2\n  -\n  - task: piqa\n    limit: 3\n';
  const { whole, entries } = lensPlaces(parseSource(text, FILE));
  assert.deepEqual(whole, { start: 0, end: 6 });
  assert.deepEqual(entries.map(({ configPath, label, range }) => [configPath, label, text.slice(range.start, range.end)]), [
    ['tasks[0]', 'x.txt', 'perplexity: x.txt'],
    ['tasks[1]', 'sst2', 'sst2'],
    ['tasks[3]', 'piqa', 'task: piqa\n    limit: 3'],
  ]);
  assert.deepEqual(lensPlaces(parseSource('services: {}', '/x/y.yaml')), { whole: null, entries: [] });
  assert.equal(lensPlaces(parseSource('group: g\ntask: [a]', '/x/y.yaml')).whole?.end, 8);
});
