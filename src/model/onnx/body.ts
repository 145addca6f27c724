import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { attentionBias, padded, positionsOf, scoredIndices } from './masks';
import { inputName, maskName, tableNames, type BodyNeeds } from './row-inputs';
import type { RotaryTables } from './rotary-tables';
import type { ScoringRow } from './wire';

/** What one run of a body graph is fed. Rows shorter than the longest are padded on the right. */
export function bodyFeeds(rows: readonly ScoringRow[], needs: BodyNeeds, tables: RotaryTables): InferenceSession.FeedsType {
  const count = rows.length;
  const width = Math.max(...rows.map((row) => row.tokens.length));
  const scored = scoredIndices(rows, width);
  const feeds: Record<string, Tensor> = {
    [inputName.tokens]: new Tensor('int64', padded(rows.map((row) => row.tokens), width), [count, width]),
    [inputName.scored]: new Tensor('int64', scored, [scored.length]),
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
