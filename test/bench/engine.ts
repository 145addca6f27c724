/**
 * Part of `npm run bench`: the engine alone on checkpoints of well-known shapes with random weights, by processor time. Beside each
 * number stands the same work done the plain way on the same engine: a row for each request, as lm-evaluation-harness batches them, once
 * with all it computes (the log-softmax of every position) and once with the scored positions only; and for generation the whole text anew for each token. It prints ratios and judges nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../src/checkpoint/open';
import { cpuProfile } from '../../src/model/device-profile';
import { planBatches } from '../../src/model/local/batches';
import type { EncodedRequest } from '../../src/model/local/encode';
import { packRow } from '../../src/model/local/tree';
import { DecodeSession } from '../../src/model/onnx/decode-session';
import { GenerationLoop } from '../../src/model/onnx/generation-loop';
import { ScoringSession } from '../../src/model/onnx/session';
import type { GenerationRow, ScoringRow } from '../../src/model/onnx/wire';
import type { DeviceProfile } from '../../src/protocol/device';
import { cpuTimes } from './cpu-time';
import { bareGemm, operations, type Shape as Matrix } from './gemm';
import { type Harness, harness } from './harness';
import { linearLayers } from './linear-layers';
import { questions, rolling, tokens } from './questions';
import { type Shape, writeShape } from './shapes';

export type EngineLine = { readonly name: string; readonly values: Readonly<Record<string, number>> };

/** Rows of a batch as the harness makes them. */
const PLAIN_ROWS = 16;
/** Documents of the plain way, where its length makes it a matter of minutes. */
const FEW = 1;
const ROUNDS = 2;

export async function engineLines(shape: Shape, threads: number, tell: (line: EngineLine) => void): Promise<void> {
  const device = cpuProfile(threads);
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const checkpoint = await openCheckpoint(writeShape(join(folder, shape), shape));
    const { body, head } = linearLayers(checkpoint);
    const bare = await bareGemm([...body, head], threads);
    const session = await ScoringSession.open(checkpoint, { device, maxTokens: 2048 });
    const beside = await harness(checkpoint, threads);
    const score = async (name: string, requests: readonly EncodedRequest[], few: readonly EncodedRequest[], unit: string, of: (list: readonly EncodedRequest[]) => number): Promise<void> => {
      const works = { ours: async () => void (await ours(session, requests, device.tokenBudget)), plain: () => plain(session, few), harness: () => asHarness(beside, few), bare: bare.run };
      const taken = await cpuTimes(works, ROUNDS);
      const fed = await ours(session, requests, device.tokenBudget);
      const share = gigaflops(body, head, fed, requests) / taken.ours / (bare.gigaflops / taken.bare);
      const [fast, slow, slowest] = [of(requests) / taken.ours, of(few) / taken.plain, of(few) / taken.harness];
      tell({ name: `${shape}, ${name}`, values: { [`${unit}PerCpuSecond`]: fast, [`plain${capital(unit)}PerCpuSecond`]: slow, timesPlain: fast / slow, [`harness${capital(unit)}PerCpuSecond`]: slowest, timesHarness: fast / slowest, bareGemmGigaflopsPerCpuSecond: bare.gigaflops / taken.bare, linearLayersOfBareGemm: share } });
    };
    const zeroShot = { documents: 8, examples: 0, question: 61 };
    const four = questions({ ...zeroShot, choices: 4, choice: 8 });
    await score('zero-shot, four choices of 8 tokens', four, four, 'documents', documents);
    const two = questions({ ...zeroShot, documents: 16, question: 27, choices: 2, choice: 1 });
    await score('zero-shot, two choices of one token', two, two, 'documents', documents);
    const shots = { examples: 1024, question: 48, choices: 4, choice: 8 };
    await score('16 shared examples (1024 tokens), four choices', questions({ ...shots, documents: 12 }), questions({ ...shots, documents: FEW }), 'documents', documents);
    const text = rolling(2, 512);
    await score('rolling windows of 512', text, text, 'tokens', (list) => list.reduce((sum, { sequences }) => sum + sequences.reduce((all, { targets }) => all + targets.length, 0), 0));
    await generation(shape, checkpoint, device, session, tell);
    await session.release();
    await beside.release();
    await bare.release();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function ours(session: ScoringSession, requests: readonly EncodedRequest[], budget: number): Promise<number> {
  let fed = 0;
  for (const { rows, prefix } of planBatches(requests, budget)) fed += (await session.score(rows, undefined, prefix)).tokens;
  return fed;
}

async function plain(session: ScoringSession, requests: readonly EncodedRequest[]): Promise<void> {
  for (const rows of plainBatches(requests)) await session.score(rows);
}

async function asHarness({ score }: Harness, requests: readonly EncodedRequest[]): Promise<void> {
  for (const rows of plainBatches(requests)) await score(rows);
}

function plainBatches(requests: readonly EncodedRequest[]): ScoringRow[][] {
  const rows = requests.flatMap(({ sequences }) => sequences.map((sequence) => packRow([sequence]).row)).sort((a, b) => b.tokens.length - a.tokens.length);
  return Array.from({ length: Math.ceil(rows.length / PLAIN_ROWS) }, (_, batch) => rows.slice(batch * PLAIN_ROWS, (batch + 1) * PLAIN_ROWS));
}

/** A prompt of 64 tokens and 16 more: alone, the plain way, and eight prompts at once that begin alike. */
async function generation(shape: Shape, checkpoint: Checkpoint, device: DeviceProfile, session: ScoringSession, tell: (line: EngineLine) => void): Promise<void> {
  const [PROMPT, MORE, ROWS] = [64, 16, 8];
  const opened = DecodeSession.open(checkpoint, { device, maxTokens: 2048, prepacked: true });
  let wanted = 0;
  const loop = new GenerationLoop({ checkpoint, device, open: () => opened }, (message) => {
    if (message.type === 'generation-failed') throw new Error(message.error.message);
    if (message.type === 'generated') wanted += message.rows.length;
  });
  const row = (id: number): GenerationRow => ({
    id, tokens: Int32Array.from([...tokens(0, 40), ...tokens(id * 100 + 7, PROMPT - 40)]), maxTokens: MORE, ends: [], prefix: null,
    choice: { random: null, repetitionPenalty: 1, noRepeatGram: 0, suppressed: [], suppressedFirst: [] },
  });
  const naive = async (): Promise<void> => {
    const text = tokens(0, PROMPT);
    for (let index = 0; index < MORE; index++) {
      const last: ScoringRow = { tokens: Int32Array.from(text), parents: null, positions: Int32Array.of(text.length - 1), targets: Int32Array.of(1) };
      await session.score([last]);
      text.push(index);
    }
  };
  const taken = await cpuTimes({ one: () => loop.add([row(0)]), many: () => loop.add(Array.from({ length: ROWS }, (_, id) => row(id))), naive }, ROUNDS);
  if (wanted === 0) throw new Error('nothing was generated');
  const rate = { one: MORE / taken.one, many: (MORE * ROWS) / taken.many, naive: MORE / taken.naive };
  tell({
    name: `${shape}, generation, a prompt of ${PROMPT} and ${MORE} tokens`,
    values: { tokensPerCpuSecond: rate.one, naiveTokensPerCpuSecond: rate.naive, timesNaive: rate.one / rate.naive, tokensPerCpuSecondOf8Rows: rate.many, rowsTimesOne: rate.many / rate.one },
  });
  await (await opened).release();
}

const documents = (requests: readonly EncodedRequest[]): number => new Set(requests.map(({ request }) => request.id.split('/')[0])).size;

function gigaflops(body: readonly Matrix[], head: Matrix, fed: number, requests: readonly EncodedRequest[]): number {
  const scored = requests.reduce((sum, { sequences }) => sum + sequences.reduce((all, { targets }) => all + targets.length, 0), 0);
  return (operations(body) * fed + operations([head]) * scored) / 1e9;
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
