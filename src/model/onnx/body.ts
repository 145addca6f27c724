import { Tensor } from 'onnxruntime-node';
import type { Description } from '../../architecture/description';
import { AssayError } from '../../protocol/errors';
import { attentionBias, padded, positionsOf, scoredIndices } from './masks';
import { inputName, maskName, tableNames, type BodyNeeds } from './row-inputs';
import type { RotaryTables } from './rotary-tables';
import type { ScoringRow } from './wire';

/** A row without what is asked of it. */
export type FedRow = Pick<ScoringRow, 'tokens' | 'parents'>;

/** What one run of a body graph is fed, besides caches. `before`: tokens that the cache of a single row holds. */
export function bodyFeeds(rows: readonly ScoringRow[], needs: BodyNeeds, tables: RotaryTables, before = 0): Record<string, Tensor> {
  const scored = scoredIndices(rows, longest(rows));
  return { ...rowFeeds(rows, needs, tables, before), [inputName.scored]: new Tensor('int64', scored, [scored.length]) };
}

/** Caches of rows that follow nothing. */
export function emptyCaches({ caches }: BodyNeeds, rows: number): Record<string, Tensor> {
  const nothing = new Float32Array(0);
  return Object.fromEntries(
    caches.flatMap(({ heads, size, key, value }) => [key, value].map(({ past }) => [past, new Tensor('float32', nothing, [rows, heads, 0, size])])),
  );
}

/** The rows themselves; those shorter than the longest are padded on the right. */
export function rowFeeds(rows: readonly FedRow[], needs: BodyNeeds, tables: RotaryTables, before = 0): Record<string, Tensor> {
  const count = rows.length;
  const width = longest(rows);
  const seen = before + width;
  const feeds: Record<string, Tensor> = {
    [inputName.tokens]: new Tensor('int64', padded(rows.map((row) => row.tokens), width), [count, width]),
  };
  if (needs.positions) feeds[inputName.positions] = new Tensor('int64', padded(rows.map((row) => positionsOf(row, before)), width), [count, width]);
  if (needs.lengths) {
    feeds[inputName.lastIndex] = new Tensor('int32', Int32Array.from(rows, (row) => before + row.tokens.length - 1), [count]);
    feeds[inputName.longest] = new Tensor('int32', Int32Array.of(seen), []);
  }
  for (const window of needs.masks) {
    feeds[maskName(window)] = new Tensor('float32', attentionBias(rows, width, window, before), [count, 1, width, seen]);
  }
  needs.rotaries.forEach((rotary, index) => {
    const { positions, cosine, sine } = tables.of(rotary, seen);
    const names = tableNames(index);
    const dims = [positions, rotary.frequencies.length];
    feeds[names.cosine] = new Tensor('float32', cosine, dims);
    feeds[names.sine] = new Tensor('float32', sine, dims);
  });
  return feeds;
}

/** Tokens of the longest row: the width to which the others are padded. */
export function longest(rows: readonly FedRow[]): number {
  return Math.max(...rows.map((row) => row.tokens.length));
}

/** Throws AssayError `too-many-positions` for a row longer, with the `before` tokens it follows, than the table of learned positions. */
export function checkPositions(rows: readonly FedRow[], { embedding: { positions } }: Description, before = 0): void {
  if (positions === null) return;
  const limit = positions.rows - positions.offset;
  for (const row of rows) {
    const tokens = positionsOf(row, before).reduce((most, position) => Math.max(most, position), 0) + 1;
    if (tokens > limit) throw new AssayError('too-many-positions', { tokens, limit });
  }
}
