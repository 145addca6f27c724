import type { ScoringRow } from '../onnx/wire';
import type { EncodedRequest } from './encode';
import { commonPrefixes, type Follower } from './common-prefix';
import { groupByPrefix } from './groups';
import { packRow } from './tree';
import type { Sequence } from './windows';

/** Scores of a batch that answer part of a request: `targets[first + k]` of the request is score `indices[k]` of the batch. */
export type ScorePart = { readonly request: number; readonly first: number; readonly indices: Int32Array };

/** Rows run together, all chains or all trees; or one row behind a prefix. */
export type PlannedBatch = {
  readonly rows: readonly ScoringRow[];
  /** Tokens that the roots of the row follow. The process keeps their keys and values for the next batches behind them. */
  readonly prefix: Int32Array | null;
  readonly parts: readonly ScorePart[];
  /** Tokens that are fed, without padding and prefix. */
  readonly tokens: number;
};

/** What a run of the engine costs besides its tokens, in tokens: 16 to 23 on a 135M shape; the smaller a model, the more its messages add. */
const RUN_COST = 32;

/** Of the budget, what a run behind a prefix takes: more tokens would look in vain at each other, fewer read the weights for too little. */
const SHARE_BEHIND = 0.75;

/**
 * Sequences of the requests of a block, packed into rows and batches; the longest rows come first, so that memory runs out at the
 * start or never. `budget`: rows × longest row. Rows of one length keep the requests' order, so the windows of a long text are scored as it is read.
 */
export function planBatches(requests: readonly EncodedRequest[], budget: number): PlannedBatch[] {
  const sources = sourcesOf(requests);
  const prefixes = commonPrefixes(sources);
  const behind = new Set(prefixes.flatMap(({ members }) => members));
  const rows = packedRows(sources.filter((_, index) => !behind.has(index))).sort((a, b) => b.row.tokens.length - a.row.tokens.length);
  const chains = fill(rows.filter(({ row }) => row.parents === null), budget);
  const trees = fill(rows.filter(({ row }) => row.parents !== null), budget);
  return [
    ...[...chains, ...trees].map((each) => batch(each, null)),
    ...prefixes.flatMap(({ length, members }) => packBehind(members.flatMap((index) => sources[index] ?? []), length, Math.floor(SHARE_BEHIND * budget))),
  ].sort((a, b) => longest(b) - longest(a));
}

/** A sequence, where its targets stand in its request, and what has to be known of it to group it. */
type Source = Follower & { readonly request: number; readonly first: number; readonly sequence: Sequence };
type Row = { readonly row: ScoringRow; readonly parts: readonly ScorePart[] };

function sourcesOf(requests: readonly EncodedRequest[]): Source[] {
  return requests.flatMap(({ request: { id, ...asked }, sequences }, request) => {
    let first = 0;
    return sequences.map((sequence) => {
      const { fed, targets } = sequence;
      const source = { request, first, sequence, fed, skipped: fed.length - targets.length, context: asked.kind === 'loglikelihood' ? asked.context : id };
      first += targets.length;
      return source;
    });
  });
}

function packedRows(sources: readonly Source[]): Row[] {
  const groups = groupByPrefix(sources.map(({ sequence }) => sequence)).sort((a, b) => Math.min(...a) - Math.min(...b));
  return groups.map((group) => packed(group.flatMap((index) => sources[index] ?? [])));
}

function packed(members: readonly Source[]): Row {
  const { row, scores } = packRow(members.map(({ sequence }) => sequence));
  return { row, parts: members.map(({ request, first }, index) => ({ request, first, indices: scores[index] ?? new Int32Array() })) };
}

/** Trees of sequences that share more than the prefix, several of them in the one row of a batch; none is cut for it. */
function packBehind(sources: readonly Source[], length: number, budget: number): PlannedBatch[] {
  const prefix = Int32Array.from(sources[0]?.fed.slice(0, length) ?? []);
  const rest = sources.map((source) => ({ ...source, sequence: { ...source.sequence, fed: source.fed.slice(length) } }));
  const groups = groupByPrefix(rest.map(({ sequence }) => sequence), budget).map((group) => group.flatMap((index) => rest[index] ?? []));
  const trees = groups.map((members) => ({ members, nodes: packed(members).row.tokens.length })).sort((a, b) => b.nodes - a.nodes);
  const rows: { nodes: number; members: Source[] }[] = [];
  for (const { members, nodes } of trees) {
    const open = rows.find((each) => each.nodes + nodes <= budget);
    if (open === undefined) rows.push({ nodes, members });
    else {
      open.nodes += nodes;
      open.members.push(...members);
    }
  }
  return rows.map(({ members }) => batch([packed(members)], prefix));
}

/**
 * Cuts rows, longest first, where padding and runs together cost least. No batch but one of a single row goes over the budget.
 * Row by row: the cheapest way to cut what comes before it is known, so only where its own batch begins is to be found.
 */
function fill(rows: readonly Row[], budget: number): Row[][] {
  const costs = [0];
  const begins: number[] = [];
  for (let end = 1; end <= rows.length; end++) {
    let least = Infinity;
    for (let begin = end - 1; begin >= 0; begin--) {
      const padded = (end - begin) * (rows[begin]?.row.tokens.length ?? 0);
      if (begin < end - 1 && padded > budget) break;
      const cost = (costs[begin] ?? 0) + padded + RUN_COST;
      if (cost > least) continue;
      least = cost;
      begins[end] = begin;
    }
    costs.push(least);
  }
  const batches: Row[][] = [];
  for (let end = rows.length; end > 0; end = begins[end] ?? 0) batches.unshift(rows.slice(begins[end], end));
  return batches;
}

function longest({ rows, prefix }: PlannedBatch): number {
  return (prefix?.length ?? 0) + (rows[0]?.tokens.length ?? 0);
}

function batch(rows: readonly Row[], prefix: Int32Array | null): PlannedBatch {
  let before = 0;
  const parts = rows.flatMap(({ row, parts: ofRow }) => {
    const moved = ofRow.map((part) => ({ ...part, indices: part.indices.map((index) => index + before) }));
    before += row.targets.length;
    return moved;
  });
  return { rows: rows.map(({ row }) => row), prefix, parts, tokens: rows.reduce((sum, { row }) => sum + row.tokens.length, 0) };
}
