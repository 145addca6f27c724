/**
 * Small files that somebody else may have put into a workspace: each was, or might be, the death of a process that reads it as if
 * it were well meant. Beside them the workspace stays what it was.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const task = (name: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    task: name, dataset_path: 'json', dataset_kwargs: { data_files: { test: 'rows.jsonl' } }, test_split: 'test', output_type: 'multiple_choice',
    doc_to_text: '{{text}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], ...more,
  });
const data = (files: string): Readonly<Record<string, unknown>> => ({ dataset_kwargs: { data_files: { test: files } } });
const asParquet = { dataset_path: 'parquet' };

/** Eval configs by name. All of them can be opened. */
const configs: Readonly<Record<string, string>> = {
  stars: `tasks: ["${'a*'.repeat(30)}b", "${'**/'.repeat(20)}b"]\ninclude_path: tasks\n`,
  'long-names': `tasks: [${'x'.repeat(20_000)}, ${'constructo'.repeat(2_000)}]\ninclude_path: tasks\n`,
  tags: `tasks: ${'!'.repeat(40_000)}a\n`,
  'many-tags': `tasks:\n${'  - !!python/object/apply:os.system a\n'.repeat(2_000)}`,
  keys: Array.from({ length: 20_000 }, (_, n) => `key${n}: ${n}\n`).join(''),
  aliases: `a: &a 1\ntasks:\n${'  - *a\n'.repeat(4_000)}`,
  laughs: `a: &a [x, x]\n${Array.from({ length: 30 }, (_, n) => `${'a'.repeat(n + 2)}: &${'a'.repeat(n + 2)} [*${'a'.repeat(n + 1)}, *${'a'.repeat(n + 1)}]\n`).join('')}tasks: *${'a'.repeat(31)}\n`,
  deep: `tasks: ${'['.repeat(30_000)}\n`,
  maps: `tasks: ${'{a: '.repeat(20_000)}\n`,
  quotes: `tasks: "${'\\"'.repeat(100_000)}\n`,
  indents: Array.from({ length: 1_500 }, (_, n) => `${' '.repeat(n)}a:\n`).join(''),
  comments: `tasks: [a]\n${'#'.repeat(300_000)}\n`,
  spaces: `tasks: [a${' '.repeat(300_000)}]\n`,
  'whole-disk': 'include_path: /\ncheckpoints: ["/**/config.json", "/*"]\ntasks: [sst2, "*"]\n',
  loops: 'checkpoints: ["hostile/loop/**/x", "hostile/loop/**/**/**/y"]\ninclude_path: hostile/loop\ntasks: [x]\n',
  devices: 'checkpoints: [/dev/zero, /dev/stdin, /proc/self/mem]\ninclude_path: [/dev, /proc]\ntasks:\n  - perplexity: /dev/zero\n  - /dev/zero\n  - /dev/tty\n',
  checkpoints: 'checkpoints: ["hostile/checkpoints/*"]\ninclude_path: tasks\ntasks: [sst2]\n',
  tasks: 'checkpoints: [checkpoints/model-a]\ninclude_path: hostile/tasks\nlimit: 2\ntasks: ["*"]\n',
  prototype: '__proto__: {tasks: [a]}\nconstructor: 1\ntasks: [constructor, __proto__, toString]\ncheckpoints: [{__proto__: a}]\n',
  '[Install](command:workbench.action.terminal.new) $(zap)': 'tasks: ["[Install](command:workbench.action.quit)", "$(zap)\u202e"]\n',
  'turned\u202elmay': 'tasks: ["\u202e\u0007\u001b[2J"]\n',
  numbers: 'tasks: [a]\nlimit: 1e400\nnum_fewshot: 99999999999999999999999\nbootstrap_iters: 1_000_000_000_000\n',
};

const chatTemplate = "{% for a in range(10**9) %}{% for b in range(10**9) %}{{ a }}{% endfor %}{% endfor %}";

/** Task files by name; some of them are found only by reading what they name. */
const tasks: Readonly<Record<string, string>> = {
  ['a'.repeat(200)]: task('a'.repeat(200), data(`${'a*'.repeat(30)}b`)),
  names: task('y'.repeat(20_000)),
  zero: task('zero', data('/dev/zero')),
  fifo: task('fifo', data('pipe')),
  bomb: task('bomb', data('bomb.jsonl.gz')),
  torn: task('torn', { ...asParquet, ...data('torn.parquet') }),
  footer: task('footer', { ...asParquet, ...data('footer.parquet') }),
  noise: task('noise', { ...asParquet, ...data('noise.parquet') }),
  csv: task('csv', { dataset_path: 'csv', ...data('open.csv') }),
  'deep-json': task('deep-json', data('deep.jsonl')),
  list: task('list', { doc_to_text: '{{ range(10**12)|list }}' }),
  doubling: task('doubling', { doc_to_text: `{% set a = ['x'] %}${'{% set a = a + a %}'.repeat(60)}{{ a }}` }),
  power: task('power', { doc_to_text: `{% set a = 7 %}${'{% set a = a * a %}'.repeat(60)}{{ a }}` }),
  braces: task('braces', { doc_to_text: '{'.repeat(100_000) }),
  pattern: task('pattern', { filter_list: [{ name: 'f', filter: [{ function: 'regex', regex_pattern: '(a+)+$' }] }] }),
  hook: task('hook').replace('"{{text}}"', '!function ../../../outside.run'),
  itself: 'include: itself.yaml\ntask: itself\n',
  circle: 'group: circle\ntask: [circle, circle, circle, circle2]\n',
  circle2: 'group: circle2\ntask: [circle, circle, circle2]\n',
  constructor: task('constructor'),
  proto: task('__proto__'),
};

/** Files of a checkpoint folder by the folder's name, over a sound config.json. */
const checkpoints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  quotes: { 'config.json': `"${'\\"'.repeat(200_000)}` },
  deep: { 'config.json': '['.repeat(200_000) },
  lengths: { 'config.json': JSON.stringify({ model_type: 'llama', max_position_embeddings: 4e9, vocab_size: 1e12, num_hidden_layers: 1e9, hidden_size: 1e9 }) },
  words: { 'config.json': JSON.stringify({ model_type: '\u001b]0;x\u0007[a](command:b)$(zap)\u202e', architectures: [null] }) },
  chat: { 'tokenizer_config.json': JSON.stringify({ chat_template: chatTemplate }), 'chat_template.jinja': chatTemplate },
  tokenizer: { 'tokenizer.json': JSON.stringify({ model: { type: 'BPE', vocab: {}, merges: [] }, pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated' } }) },
  shards: { 'model.safetensors.index.json': JSON.stringify({ weight_map: { a: '../../../../outside', b: '/dev/zero', c: '../../checkpoints/shards/model.safetensors' } }) },
  'x\u202e$(zap)[a](command:b)': {},
};
const soundConfig = JSON.stringify({ model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 1, vocab_size: 8 });

const soundRun = {
  version: 2, id: 'r', evaluation: 'e', checkpoints: ['a'], baseline: 'a', checkpoint: { name: 'a', path: '/', model_type: 'llama', parameters: 1, dtype: 'F32', max_length: 8 },
  stamps: [], config: null, tasks: [], failures: [], identity: { fingerprint: null, tasks: {}, options: {} }, signature: '', versions: {}, options: {},
  started: '2026-11-24T05:47:12.123Z', ended: null, state: 'finished', error: null, process: { pid: 1, host: 'h', started: 0 },
};
const runs: Readonly<Record<string, string>> = {
  nothing: '',
  nulls: JSON.stringify({ ...soundRun, tasks: [null], checkpoints: [null] }),
  proto: JSON.stringify({ ...soundRun, checkpoint: { ...soundRun.checkpoint, name: '__proto__' }, tasks: [{ name: 'constructor', documents: 1, metrics: [] }] }),
  link: JSON.stringify({ ...soundRun, checkpoint: { ...soundRun.checkpoint, name: '[a](command:b)\u202e$(zap)' } }),
  deep: '['.repeat(100_000),
  going: JSON.stringify({ ...soundRun, state: 'running' }),
};

export type Planted = { /** Names of configs that a person can open. */ readonly configs: readonly string[]; readonly files: number };

/** Plants all of it below a workspace; configs at its top, the rest in `hostile/` and `.assay/runs/`. */
export function plantHostileFiles(workspace: string): Planted {
  let files = 0;
  const at = (...parts: string[]): string => {
    files++;
    const file = path.join(workspace, ...parts);
    mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  for (const [name, text] of Object.entries(configs)) writeFileSync(at(`${name}.eval.yaml`), text);
  for (const [name, text] of Object.entries(tasks)) writeFileSync(at('hostile/tasks', `${name}.yaml`), text);
  for (const [name, own] of Object.entries(checkpoints)) {
    for (const [file, text] of Object.entries({ 'config.json': soundConfig, ...own })) writeFileSync(at('hostile/checkpoints', name, file), text);
    sparseHeader(at('hostile/checkpoints', name, 'model.safetensors'), 2 ** 50, 64);
  }
  for (const [name, text] of Object.entries(runs)) writeFileSync(at('.assay/runs', name, 'run.json'), text);

  writeFileSync(at('binary.eval.yaml'), 'tasks: [\u0000\u0001\ufffe]\n');

  const tasksFolder = (name: string): string => at('hostile/tasks', name);
  writeFileSync(tasksFolder('rows.jsonl'), '{"text": "a", "label": 0}\n');
  writeFileSync(tasksFolder(`${'a'.repeat(250)}`), '');
  writeFileSync(tasksFolder('deep.jsonl'), `{"text": ${'['.repeat(100_000)}\n`);
  writeFileSync(tasksFolder('open.csv'), `text,label\n"${'a,\n'.repeat(300_000)}`);
  const member = gzipSync(Buffer.alloc(50_000_000));
  const bomb = tasksFolder('bomb.jsonl.gz');
  writeFileSync(bomb, '');
  for (let n = 0; n < 40; n++) appendFileSync(bomb, member);
  const noise = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * 7919 + (n >> 3)) % 256));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(2_900);
  writeFileSync(tasksFolder('noise.parquet'), Buffer.concat([Buffer.from('PAR1'), noise, length, Buffer.from('PAR1')]));
  writeFileSync(tasksFolder('footer.parquet'), Buffer.from(`PAR1${'\u007f'.repeat(3_000)}\u0000\u0000\u0000\u007fPAR1`, 'latin1'));
  writeFileSync(tasksFolder('torn.parquet'), 'PAR1');
  execFileSync('mkfifo', [tasksFolder('pipe'), at('hostile/pipe.eval.yaml'), at('hostile/checkpoints/fifo/config.json'), at('.assay/runs/fifo/run.json')]);

  // Links: to devices, to themselves, in circles, to nothing, to what is outside.
  const links: readonly (readonly [target: string, link: string])[] = [
    ['/dev/zero', 'hostile/zero.eval.yaml'], ['itself.eval.yaml', 'hostile/itself.eval.yaml'], ['/nowhere', 'hostile/dangling.eval.yaml'],
    ['/dev/zero', 'hostile/tasks/device.yaml'], ['/dev/zero', '.assay/runs/device/run.json'], ['/dev/zero', '.assay/runs/link/journal.jsonl'],
    ['/etc/passwd', '.assay/runs/link/run.json.part'], ['/etc', '.assay/runs/etc'], ['/dev/zero', 'hostile/checkpoints/device/config.json'],
    ['/dev/urandom', 'hostile/checkpoints/chat/tokenizer.json'], ['/', 'hostile/loop/root'],
    ...['one', 'two', 'three', 'four'].map((name) => ['.', `hostile/loop/${name}`] as const),
  ];
  for (const [target, link] of links) symlinkSync(target, at(link));
  const header = at('hostile/large/header');
  sparseHeader(header, 100_000_000, 100_000_008);
  for (let n = 0; n < 20; n++) {
    writeFileSync(at('hostile/large', `copy-${n}`, 'config.json'), soundConfig);
    symlinkSync(header, at('hostile/large', `copy-${n}`, 'model.safetensors'));
  }
  mkdirSync(at('hostile/folder.eval.yaml'));
  mkdirSync(at('hostile', ...Array.from({ length: 150 }, () => 'd')), { recursive: true });
  return { configs: Object.keys(configs).map((name) => `${name}.eval.yaml`), files };
}

/** A safetensors file that says its header has `header` bytes; the rest is a hole. */
function sparseHeader(file: string, header: number, size: number): void {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header));
  const open = openSync(file, 'w');
  writeSync(open, length);
  closeSync(open);
  truncateSync(file, size);
}
