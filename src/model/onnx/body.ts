import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { Description } from '../../architecture/description';
import { AssayError } from '../../protocol/errors';
import { attentionBias, padded, positionsOf, scoredIndices } from './masks';
import { inputName, maskName, tableNames, type BodyNeeds } from './row-inputs';
import type { RotaryTables } from './rotary-tables';
import type { ScoringRow } from './wire';

/** A row without what is asked of it. */
export type FedRow = Pick<ScoringRow, 'tokens' | 'parents'>;

/** What one run of a body graph is fed. */
export function bodyFeeds(rows: readonly ScoringRow[], needs: BodyNeeds, tables: RotaryTables): InferenceSession.FeedsType {
  const scored = scoredIndices(rows, longest(rows));
  return { ...rowFeeds(rows, needs, tables), [inputName.scored]: new Tensor('int64', scored, [scored.length]) };
}

/** The rows themselves; those shorter than the longest are padded on the right. */
export function rowFeeds(rows: readonly FedRow[], needs: BodyNeeds, tables: RotaryTables): Record<string, Tensor> {
  const count = rows.length;
  const width = longest(rows);
  const feeds: Record<string, Tensor> = {
    [inputName.tokens]: new Tensor('int64', padded(rows.map((row) => row.tokens), width), [count, width]),
  };
  if (needs.positions) feeds[inputName.positions] = new Tensor('int64', padded(rows.map(positionsOf), width), [count, width]);
  if (needs.lengths) {
    feeds[inputName.lastIndex] = new Tensor('int32', Int32Array.from(rows, (row) => row.tokens.length - 1), [count]);
    feeds[inputName.longest] = new Tensor('int32', Int32Array.of(width), []);
  }
  for (const window of needs.masks) {
    feeds[maskName(window)] = new Tensor('float32', attentionBias(rows, width, window), [count, 1, width, width]);
  }
  needs.rotaries.forEach((rotary, index) => {
    const { positions, cosine, sine } = tables.of(rotary, width);
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

/** Throws AssayError `too-many-positions` for a row longer than the table of learned positions. */
export function checkPositions(rows: readonly FedRow[], { embedding: { positions } }: Description): void {
  if (positions === null) return;
  const limit = positions.rows - positions.offset;
  for (const row of rows) {
    const tokens = positionsOf(row).reduce((most, position) => Math.max(most, position), 0) + 1;
    if (tokens > limit) throw new AssayError('too-many-positions', { tokens, limit });
  }
}
