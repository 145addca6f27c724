/**
 * `npm run bench`: whole evaluations of the example checkpoint beside ONNX Runtime's bare matrix products of the same shapes, in
 * the same minute on the same threads. It prints ratios and judges nothing.
 */
import { columnsHere } from '../../src/catalog/columns';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import type { EvaluationRequest } from '../../src/protocol/commands';
import { JournalWriter } from '../../src/run/journal';
import { gemmRate, operations, type Shape } from './gemm';
import { Observation, observed } from './observed-model';

const root = join(__dirname, '../..');
const folder = join(root, 'examples/checkpoints/model-a');
const threads = defaultThreads();

async function main(): Promise<void> {
  const checkpoint = await openCheckpoint(folder);
  const { body, head } = linearLayers(checkpoint);
  const output = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    console.log(`model-a, ${threads} threads; shares: the same work done alone, of the evaluation's time (it overlaps with the model)`);
    for (const task of ['sst2', 'piqa', 'heldout']) {
      const request = evaluation(task, join(output, task));
      const observation = new Observation();
      const seconds = await evaluate(request, observation);
      const bare = await gemmRate([...body, head], threads);
      const scored = observation.responses.flat().reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
      const rate = (operations(body) * observation.tokens + operations([head]) * scored) / seconds / 1e9;
      const share = (milliseconds: number): string => percent(milliseconds / 1000 / seconds);
      const documents = new Set(observation.blocks.flat().map(({ id }) => id.split('/').slice(0, -2).join('/'))).size;
      console.log(
        [
          `${task}:`,
          `${(documents / seconds).toFixed(0)} documents/s, ${(observation.tokens / seconds).toFixed(0)} tokens/s;`,
          `linear layers ${rate.toFixed(1)} GFLOP/s, bare Gemm ${bare.toFixed(1)} GFLOP/s, ratio ${(rate / bare).toFixed(2)};`,
          `tokenising ${share(await tokenising(observation, checkpoint))}, templates ${share(await templates(request, task))}, journal ${share(journal(observation, output))}`,
        ].join(' '),
      );
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

/** Matrices that every token goes through, and the one for scored tokens: the output table, or the embedding where they are one. */
function linearLayers({ tensors }: Checkpoint): { body: Shape[]; head: Shape } {
  const body: Shape[] = [];
  let head: Shape | null = null;
  let embedding: Shape | null = null;
  for (const { name, shape } of tensors.values()) {
    const [outputs, inputs] = shape;
    if (shape.length !== 2 || outputs === undefined || inputs === undefined) continue;
    if (name.includes('lm_head')) head = { outputs, inputs };
    else if (name.includes('embed')) embedding ??= { outputs, inputs };
    else body.push({ outputs, inputs });
  }
  const output = head ?? embedding;
  if (output === null) throw new Error('a checkpoint without an output table');
  return { body, head: output };
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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

void main();
