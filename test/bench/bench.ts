/**
 * `npm run bench`: whole evaluations of the example checkpoint, and the engine alone on larger shapes (`--shape`), beside ONNX Runtime's
 * bare matrix products of the same shapes, in the same minute on the same threads. It prints ratios and judges nothing; `--json`: as one line.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { columnsHere } from '../../src/catalog/columns';
import { openCheckpoint } from '../../src/checkpoint/open';
import { openTokenizer } from '../../src/checkpoint/tokenizer/open';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { Evaluator } from '../../src/evaluator/evaluator';
import { readRows } from '../../src/dataset/rows';
import { planTasks } from '../../src/evaluator/planner';
import { readerHere } from '../../src/evaluator/readers';
import { cpuProfile } from '../../src/model/device-profile';
import { encodeRequests, encodingRules } from '../../src/model/local/encode';
import { openLocalModel } from '../../src/model/local/open';
import { defaultThreads } from '../../src/model/local/threads';
import { engineVersions } from '../../src/model/onnx/engine';
import type { EvaluationRequest } from '../../src/protocol/commands';
import { JournalWriter } from '../../src/run/journal';
import { type EngineLine, engineLines } from './engine';
import { gemmRate, operations } from './gemm';
import { linearLayers } from './linear-layers';
import { Observation, observed } from './observed-model';
import { type Shape, SHAPES } from './shapes';

const root = join(__dirname, '../..');
const folder = join(root, 'examples/checkpoints/model-a');
const threads = defaultThreads();

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, shape: { type: 'string', multiple: true, default: ['smollm-135m'] } } });
  const lines: EngineLine[] = [];
  const tell = (line: EngineLine): void => {
    lines.push(line);
    if (!values.json) console.log(text(line));
  };
  if (!values.json) console.log(`${threads} threads, ONNX Runtime ${engineVersions()['onnxruntime']}; no PyTorch beside it: what the harness does is done on the same engine`);
  await evaluations(tell);
  for (const shape of values.shape) {
    if (!isShape(shape)) throw new Error(`${shape} is none of ${Object.keys(SHAPES).join(', ')}`);
    await engineLines(shape, threads, tell);
  }
  // What a document costs without a model, in processes of its own.
  spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'million.ts')], { cwd: root, stdio: ['ignore', values.json ? 2 : 'inherit', 'inherit'] });
  if (values.json) console.log(JSON.stringify({ threads, versions: engineVersions(), lines }));
}

const isShape = (name: string): name is Shape => name in SHAPES;

function text({ name, values }: EngineLine): string {
  const worded = Object.entries(values).map(([key, value]) => `${key.replaceAll(/([A-Z]|\d+)/g, (part) => ` ${part.toLowerCase()}`)} ${value < 10 ? value.toPrecision(3) : value.toFixed(0)}`);
  return `${name}: ${worded.join(', ')}`;
}

/** Whole evaluations of the example; shares: the same work done alone, of the evaluation's time (it overlaps with the model). */
async function evaluations(tell: (line: EngineLine) => void): Promise<void> {
  const checkpoint = await openCheckpoint(folder);
  const { body, head } = linearLayers(checkpoint);
  const output = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    for (const task of ['sst2', 'piqa', 'heldout']) {
      const request = evaluation(task, join(output, task));
      const observation = new Observation();
      const seconds = await evaluate(request, observation);
      const bare = await gemmRate([...body, head], threads);
      const scored = observation.responses.flat().reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
      const rate = (operations(body) * observation.tokens + operations([head]) * scored) / seconds / 1e9;
      const share = (milliseconds: number): number => milliseconds / 1000 / seconds;
      const documents = new Set(observation.blocks.flat().map(({ id }) => id.split('/').slice(0, -2).join('/'))).size;
      tell({
        name: `model-a, ${task}`,
        values: {
          documentsPerSecond: documents / seconds,
          tokensPerSecond: observation.tokens / seconds,
          linearLayersGigaflopsPerSecond: rate,
          linearLayersOfBareGemm: rate / bare,
          tokenisingShare: share(await tokenising(observation, checkpoint)),
          templatesShare: share(await templates(request, task)),
          journalShare: share(journal(observation, output)),
        },
      });
    }
  } finally {
    rmSync(output, { recursive: true });
  }
}

function evaluation(task: string, output: string): EvaluationRequest {
  const asked = task === 'heldout' ? { configs: [join(root, 'examples/language-basics.eval.yaml')], onlyEntry: 'tasks[0]' } : { configs: [] };
  const named = task === 'heldout' ? {} : { tasks: [join(root, `examples/tasks/${task}.yaml`)] };
  return { ...asked, overrides: { checkpoints: [folder], ...named, output, threads }, resume: false, workspace: join(root, 'examples') };
}

/** Seconds from the first question to the written results; loading is not part of it. */
async function evaluate(request: EvaluationRequest, observation: Observation): Promise<number> {
  const evaluator = new Evaluator({
    openModel: async (source) => {
      if (source.kind !== 'checkpoint') throw new Error('only checkpoints are measured');
      return observed(await openLocalModel(source.checkpoint, { device: cpuProfile(threads), modelProcess: join(root, 'dist/model.js') }), observation);
    },
    openReader: readerHere,
  });
  let finished = 0;
  const { outcome } = evaluator.start(request, (event) => {
    if (event.type === 'finished') finished = performance.now();
  });
  const { report } = await outcome;
  await evaluator.dispose();
  if (report.errors.length > 0 || finished === 0) throw new Error(`the evaluation failed: ${JSON.stringify(report.errors)}`);
  return (finished - observation.began) / 1000;
}

async function tokenising({ blocks }: Observation, checkpoint: Checkpoint): Promise<number> {
  const rules = await encodingRules(await openTokenizer(checkpoint.path, checkpoint.modelType), checkpoint.maxLength);
  return timed(async () => {
    for (const block of blocks) await encodeRequests(block, rules);
  });
}

async function templates(request: EvaluationRequest, name: string): Promise<number> {
  const { tasks, close } = await planTasks(request, request.onlyEntry ?? name, { readRows, columns: columnsHere, signal: new AbortController().signal });
  try {
    return await timed(() => {
      for (const { prepared } of tasks) for (let index = 0; index < prepared.documents; index++) prepared.document(index);
      return Promise.resolve();
    });
  } finally {
    await close();
  }
}

function journal({ responses }: Observation, output: string): number {
  const start = performance.now();
  const file = join(mkdtempSync(join(output, 'journal-')), 'journal.jsonl');
  JournalWriter.describe(file, {});
  const writer = JournalWriter.continue(file, null, true);
  for (const block of responses) {
    for (const [index, response] of block.entries()) writer.append([response], { ...UNSAMPLED, index });
    writer.flush();
  }
  writer.close();
  return performance.now() - start;
}

/** What a journal keeps of a document without its samples. */
const UNSAMPLED = { hash: '0'.repeat(64), values: [{ kind: 'number', value: 1 }], tokens: 1, characters: 1, lacksGold: false, notANumber: false, summary: null, samples: [] } as const;

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

void main();
