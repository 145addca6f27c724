import type { ScoringRow } from '../onnx/wire';
import type { EncodedRequest } from './encode';
import { groupByPrefix } from './groups';
import { packRow } from './tree';

/** Scores of a batch that answer part of a request: `targets[first + k]` of the request is score `indices[k]` of the batch. */
export type ScorePart = { readonly request: number; readonly first: number; readonly indices: Int32Array };

/** Rows run together, all chains or all trees. */
export type PlannedBatch = {
  readonly rows: readonly ScoringRow[];
  readonly parts: readonly ScorePart[];
  /** Tokens that are fed, without padding. */
  readonly tokens: number;
};

/**
 * Sequences of the requests of a block, packed into rows and batches; the longest rows come first, so that memory runs out at the
 * start or never. Rows of one length keep the requests' order, so the windows of a long text are scored as it is read.
 */
export function planBatches(requests: readonly EncodedRequest[], budget: number): PlannedBatch[] {
  const rows = packedRows(requests).sort((a, b) => b.row.tokens.length - a.row.tokens.length);
  const chains = fill(rows.filter(({ row }) => row.parents === null), budget);
  const trees = fill(rows.filter(({ row }) => row.parents !== null), budget);
  return [...chains, ...trees].sort((a, b) => longest(b) - longest(a)).map(batch);
}

type Row = { readonly row: ScoringRow; readonly parts: readonly ScorePart[] };

function packedRows(requests: readonly EncodedRequest[]): Row[] {
  const sources = requests.flatMap(({ sequences }, request) => {
    let first = 0;
    return sequences.map((sequence) => {
      const source = { request, first, sequence };
      first += sequence.targets.length;
      return source;
    });
  });
  const groups = groupByPrefix(sources.map(({ sequence }) => sequence)).sort((a, b) => Math.min(...a) - Math.min(...b));
  return groups.map((group) => {
    const members = group.flatMap((index) => sources[index] ?? []);
    const { row, scores } = packRow(members.map(({ sequence }) => sequence));
    return { row, parts: members.map(({ request, first }, index) => ({ request, first, indices: scores[index] ?? new Int32Array() })) };
  });
}

/** Cuts rows, longest first, where one more would go over the budget. */
function fill(rows: readonly Row[], budget: number): Row[][] {
  const batches: Row[][] = [];
  for (const row of rows) {
    const open = batches.at(-1);
    if (open !== undefined && (open.length + 1) * longest(open) <= budget) open.push(row);
    else batches.push([row]);
  }
  return batches;
}

function longest(rows: readonly Row[]): number {
  return rows[0]?.row.tokens.length ?? 0;
}

function batch(rows: readonly Row[]): PlannedBatch {
  let before = 0;
  const parts = rows.flatMap(({ row, parts: ofRow }) => {
    const moved = ofRow.map((part) => ({ ...part, indices: part.indices.map((index) => index + before) }));
    before += row.targets.length;
    return moved;
  });
  return { rows: rows.map(({ row }) => row), parts, tokens: rows.reduce((sum, { row }) => sum + row.tokens.length, 0) };
}
