import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, TensorDtype, TensorPlace } from '../../../src/checkpoint/checkpoint';
import type { ScoringRow } from '../../../src/model/onnx/wire';

export const ARCHITECTURES = join(__dirname, '../../fixtures/arch');

export type ExpectedItem = {
  readonly text: string;
  readonly token_ids: readonly number[];
  readonly logprobs: readonly number[];
  readonly greedy: readonly number[];
  readonly argmax: readonly number[];
};

export function expectedItems(folder: string): readonly ExpectedItem[] {
  const parsed: { items: ExpectedItem[] } = JSON.parse(readFileSync(join(folder, 'expected_logprobs.json'), 'utf8'));
  return parsed.items;
}

type Header = Record<string, { dtype: TensorDtype; shape: number[]; data_offsets: [number, number] }>;

/** Reads safetensors as they lie, without the checks of src/checkpoint: these tests are about graphs. */
export function openFixture(folder: string): Checkpoint {
  const config: Record<string, unknown> = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  const tensors = new Map<string, TensorPlace>();
  const paths = readdirSync(folder).filter((name) => name.endsWith('.safetensors')).map((name) => realpathSync(join(folder, name)));
  for (const file of paths) {
    const bytes = readFileSync(file);
    const headerLength = Number(bytes.readBigUInt64LE(0));
    const header: Header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength));
    for (const [name, entry] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const [start, end] = entry.data_offsets;
      tensors.set(name, { name, file, dtype: entry.dtype, shape: entry.shape, offset: 8 + headerLength + start, length: end - start });
    }
  }
  const all = [...tensors.values()];
  const parameters = all.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  return {
    path: folder,
    modelType: String(config['model_type']),
    config,
    tensors,
    files: paths.map((file) => {
      const { dev, ino, size, mtimeMs } = statSync(file);
      return { file, dev, ino, size, mtimeMs };
    }),
    parameters,
    dtype: all[0]?.dtype ?? 'F32',
    bytes: all.reduce((sum, { length }) => sum + length, 0),
    maxLength: 512,
    step: null,
    fingerprint: 'fixture',
  };
}

/** Scores every token after the first. */
export function chain(tokens: readonly number[]): ScoringRow {
  return {
    tokens: Int32Array.from(tokens.slice(0, -1)),
    parents: null,
    positions: Int32Array.from(tokens.slice(1), (_, index) => index),
    targets: Int32Array.from(tokens.slice(1)),
  };
}

/** The same row, written as a tree without branches. */
export function asTree(row: ScoringRow): ScoringRow {
  return { ...row, parents: Int32Array.from(row.tokens, (_, index) => index - 1) };
}

export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`lengths ${actual.length} and ${expected.length}`);
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs((actual[index] ?? NaN) - (expected[index] ?? NaN));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
