/**
 * Part of `npm run bench`: what lm-evaluation-harness computes, on the same engine: rows of sixteen, padded, the output table for every
 * position, the log-softmax of all of it handed back, and the asked numbers picked from there.
 */
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { validateCheckpoint } from '../../src/architecture/check';
import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import { bodyFeeds } from '../../src/model/onnx/body';
import { emitBody } from '../../src/model/onnx/emit';
import { createSession, floats, run } from '../../src/model/onnx/engine';
import { externalDataFolder } from '../../src/model/onnx/external-data';
import { GraphBuilder } from '../../src/model/onnx/graph';
import { RotaryTables } from '../../src/model/onnx/rotary-tables';
import { Weights } from '../../src/model/onnx/weights';
import type { ScoringRow } from '../../src/model/onnx/wire';

export type Harness = { readonly score: (rows: readonly ScoringRow[]) => Promise<number>; readonly release: () => Promise<void> };

export async function harness(checkpoint: Checkpoint, threads: number): Promise<Harness> {
  const { description } = validateCheckpoint(checkpoint);
  const external = externalDataFolder([...checkpoint.tensors.values()].map(({ file }) => file));
  const source = { tensors: checkpoint.tensors, locate: external.locate, casting: 'folded', codes: null } as const;
  const body = emitBody(description, source, 'plain');
  const head = new GraphBuilder();
  const { logits } = description.head;
  const table = new Weights(head, source).linear(head.input('hidden', 'float', ['N', logits.inputs]), logits);
  head.output('logprobs', 'float', ['N', logits.outputs], head.op('LogSoftmax', [table], { axis: { int: -1 } }));
  const sessions: InferenceSession[] = [];
  for (const bytes of [body.bytes, head.finish()]) sessions.push(await createSession(bytes, external.folder, threads));
  const [ofBody, ofHead] = sessions as [InferenceSession, InferenceSession];
  const tables = new RotaryTables(2048);
  const score = async (rows: readonly ScoringRow[]): Promise<number> => {
    const width = Math.max(...rows.map(({ tokens }) => tokens.length));
    const everywhere = rows.map((row) => ({ ...row, positions: Int32Array.from({ length: width }, (_, place) => place) }));
    const { hidden } = await run(ofBody, bodyFeeds(everywhere, body.needs, tables), ['hidden']);
    const { logprobs } = await run(ofHead, { hidden: new Tensor('float32', floats(hidden), [rows.length * width, logits.inputs]) }, ['logprobs']);
    const all = floats(logprobs);
    let sum = 0;
    rows.forEach(({ positions, targets }, row) => positions.forEach((place, index) => {
      const start = (row * width + place) * logits.outputs;
      const ofToken = all.subarray(start, start + logits.outputs);
      const target = targets[index] ?? 0;
      const best = ofToken.reduce((most, value) => Math.max(most, value), -Infinity);
      sum += (ofToken[target] ?? NaN) + (ofToken[target] === best ? 1 : 0);
    }));
    return sum;
  };
  return { score, release: async () => void (await Promise.all(sessions.map((session) => session.release()))) };
}
