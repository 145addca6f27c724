/**
 * Part of `npm run bench`: what a document costs without a model. A model that answers at once is asked 1 000 000 two-choice documents
 * (`--documents N`); printed are CPU for each document and peak memory of a whole run, of resuming one that was cancelled half way, and of
 * showing the finished one. Each happens in a process of its own and bundled, as it would in an evaluator.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { Evaluator } from '../../src/evaluator/evaluator';
import { readerHere } from '../../src/evaluator/readers';
import type { EvaluationRequest } from '../../src/protocol/commands';
import type { RunEvent } from '../../src/protocol/events';
import { InstantModel } from './instant-model';

const GOAL = { microseconds: 60, megabytes: 600 };
/** Where `npm run bench` runs. */
const root = process.cwd();
const checkpoint = join(root, 'examples/checkpoints/model-a');

const PHASES: Readonly<Record<string, (folder: string, documents: number) => Promise<void>>> = {
  'a whole run': (folder, documents) => run(folder, documents, { resume: false, output: join(folder, 'whole') }),
  'a run cancelled half way': (folder, documents) => run(folder, documents, { resume: false, output: join(folder, 'half'), cancelAt: documents / 2 }),
  'its resume': (folder, documents) => run(folder, documents, { resume: true, output: join(folder, 'half') }),
  'showing the finished run': (folder, documents) => show(join(folder, 'whole'), documents),
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { documents: { type: 'string', default: '1000000' }, phase: { type: 'string' }, folder: { type: 'string' } } });
  const documents = Number(values.documents);
  if (values.phase !== undefined && values.folder !== undefined) return PHASES[values.phase]?.(values.folder, documents);
  const folder = mkdtempSync(join(tmpdir(), 'assay-million-'));
  try {
    const bundle = bundled();
    await writeData(folder, documents);
    console.log(`${documents} two-choice documents, no model; goal: under ${GOAL.microseconds} µs a document, under ${GOAL.megabytes} MB`);
    for (const phase of Object.keys(PHASES)) {
      const child = [bundle, '--phase', phase, '--folder', folder, '--documents', String(documents)];
      const profile = process.execArgv.filter((flag) => /^--(cpu|heap)-prof/.test(flag));
      const { status, signal } = spawnSync(process.execPath, [...profile, ...child], { stdio: 'inherit' });
      if (status !== 0) console.log(`${phase}: died (${signal ?? status})`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** This file as it would be delivered: loading it and running it costs what it costs a user. */
function bundled(): string {
  const outfile = join(root, 'dist/bench-million.js');
  buildSync({ entryPoints: [__filename], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', external: ['esbuild', 'onnxruntime-node', 'tokenizers'], alias: { sharp: './src/checkpoint/tokenizer/no-images.ts' }, logLevel: 'warning' });
  return outfile;
}

async function writeData(folder: string, documents: number): Promise<void> {
  const file = createWriteStream(join(folder, 'data.jsonl'));
  for (let index = 0; index < documents; index++) {
    const line = `{"sentence": "Number ${index} is a review of some ${index % 97} words, neither long nor short.", "label": ${index % 3 === 0 ? 0 : 1}}\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  writeFileSync(
    join(folder, 'task.yaml'),
    [
      'task: million', 'dataset_path: json', 'dataset_kwargs: { data_files: { test: data.jsonl } }', 'test_split: test', 'output_type: multiple_choice',
      'doc_to_text: "Review: {{sentence}}\\nSentiment:"', 'doc_to_target: label', 'doc_to_choice: [negative, positive]',
      'metric_list: [{ metric: acc }, { metric: acc_norm }]', '',
    ].join('\n'),
  );
}

type RunOptions = { readonly resume: boolean; readonly output: string; readonly cancelAt?: number };

async function run(folder: string, documents: number, { resume, output, cancelAt = Infinity }: RunOptions): Promise<void> {
  mkdirSync(output, { recursive: true });
  const request: EvaluationRequest = {
    configs: [], overrides: { checkpoints: [checkpoint], tasks: [join(folder, 'task.yaml')], output }, resume, workspace: folder,
  };
  const model = new InstantModel();
  const evaluator = new Evaluator({ openModel: () => Promise.resolve(model), openReader: readerHere });
  const meter = new Meter();
  let done = 0;
  const handle = evaluator.start(request, (event) => {
    meter.saw(event);
    if (event.type !== 'progress') return;
    done = event.done;
    if (done >= cancelAt) handle.cancel();
  });
  const { report, exitCode } = await handle.outcome;
  await evaluator.dispose();
  if (exitCode !== (cancelAt < Infinity ? 130 : 0)) throw new Error(`exit code ${exitCode}: ${JSON.stringify(report.errors)}`);
  const name = resume ? 'its resume' : cancelAt < Infinity ? 'a run cancelled half way' : 'a whole run';
  meter.print(name, resume || cancelAt === Infinity ? documents : done, `${model.answered / 2} answered`);
}

async function show(output: string, documents: number): Promise<void> {
  const [name = ''] = readdirSync(output).filter((entry) => !entry.startsWith('.'));
  const evaluator = new Evaluator({ openModel: () => Promise.reject(new Error('no model is needed')), openReader: readerHere });
  const meter = new Meter();
  const events = await evaluator.replay(join(output, name));
  await evaluator.dispose();
  meter.print('showing the finished run', documents, `${events.length} events`);
}

/** CPU and memory of this process since the meter was made. */
class Meter {
  private readonly began = performance.now();
  private readonly usage = process.cpuUsage();
  private readonly marks = new Map<string, number>();
  /** Longest time without a turn of the event loop, in ms. */
  private longest = 0;
  private turned = performance.now();
  private readonly pulse = setInterval(() => {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.turned - 10);
    this.turned = now;
  }, 10);

  /** Remembers when the first event of each type came. */
  saw({ type }: RunEvent): void {
    if (!this.marks.has(type)) this.marks.set(type, this.microseconds());
  }

  print(what: string, documents: number, more: string): void {
    clearInterval(this.pulse);
    const each = (microseconds: number): string => (microseconds / documents).toFixed(1);
    const megabytes = process.resourceUsage().maxRSS / 1024;
    const until = ['planned', 'sample', 'finished'].flatMap((type) => {
      const mark = this.marks.get(type);
      return mark === undefined ? [] : [`${type} at ${each(mark)}`];
    });
    console.log(
      [
        `${what}: ${each(this.microseconds())} µs of CPU a document, peak ${megabytes.toFixed(0)} MB`,
        `${((performance.now() - this.began) / 1000).toFixed(1)} s, longest block ${this.longest.toFixed(0)} ms, ${more}`,
        ...(until.length > 0 ? [`first ${until.join(', ')}`] : []),
      ].join('; '),
    );
  }

  private microseconds(): number {
    const { user, system } = process.cpuUsage(this.usage);
    return user + system;
  }
}

void main();
