import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScoringRow } from '../../../src/model/onnx/wire';

export const ARCHITECTURES = join(__dirname, '../../fixtures/arch');
export const MORE = join(__dirname, '../../fixtures/model');

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
