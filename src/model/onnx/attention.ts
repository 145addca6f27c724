import type { Attention, HeadNorm, Rotary } from '../../architecture/description';
import type { GraphBuilder, Value } from './graph';
import { emitNorm } from './norm';
import type { BodyMode, RowInputs } from './row-inputs';
import type { Weights } from './weights';

export type AttentionContext = {
  readonly graph: GraphBuilder;
  readonly weights: Weights;
  readonly rows: RowInputs;
  readonly mode: BodyMode;
};

type QueryKeyValue = { readonly query: Value; readonly key: Value; readonly value: Value };

/** x [N, hidden] -> [N, hidden], N = B · S. */
export function emitAttention(context: AttentionContext, attention: Attention, x: Value): Value {
  const { graph, weights } = context;
  const { heads, keyHeads, headSize } = attention;
  const projected = project(context, attention, x);
  const query = inRows(context, headNorm(context, attention.queryNorm, projected.query, heads * headSize), heads * headSize);
  const key = inRows(context, headNorm(context, attention.keyNorm, projected.key, keyHeads * headSize), keyHeads * headSize);
  const value = inRows(context, projected.value, keyHeads * headSize);
  const attended = groupedQuery(context, attention, { query, key, value });
  return weights.linear(graph.op('Reshape', [attended, graph.int64([-1, heads * headSize])]), attention.output);
}

/** -> query [N, heads · headSize], key and value [N, keyHeads · headSize]. */
function project({ graph, weights }: AttentionContext, attention: Attention, x: Value): QueryKeyValue {
  const { projections, heads, keyHeads, headSize } = attention;
  if (projections.kind === 'separate') {
    return {
      query: weights.linear(x, projections.query),
      key: weights.linear(x, projections.key),
      value: weights.linear(x, projections.value),
    };
  }
  const fused = weights.linear(x, projections.linear);
  if (projections.order === 'blocks') {
    const sizes = graph.int64([heads * headSize, keyHeads * headSize, keyHeads * headSize]);
    const [query = '', key = '', value = ''] = graph.ops(3, 'Split', [fused, sizes], { axis: { int: -1 } });
    return { query, key, value };
  }
  const perHead = graph.op('Reshape', [fused, graph.int64([-1, heads, 3 * headSize])]);
  const [query = '', key = '', value = ''] = graph
    .ops(3, 'Split', [perHead, graph.int64([headSize, headSize, headSize])], { axis: { int: -1 } })
    .map((part) => graph.op('Reshape', [part, graph.int64([-1, heads * headSize])]));
  return { query, key, value };
}

function headNorm({ graph, weights }: AttentionContext, headNorm: HeadNorm | null, x: Value, width: number): Value {
  if (headNorm === null) return x;
  if (headNorm.over === 'projection') return emitNorm(graph, weights, headNorm.norm, x);
  const heads = graph.op('Reshape', [x, graph.int64([-1, headNorm.norm.size])]);
  return graph.op('Reshape', [emitNorm(graph, weights, headNorm.norm, heads), graph.int64([-1, width])]);
}

/** [N, width] -> [B, S, width]. */
function inRows({ graph, rows }: AttentionContext, x: Value, width: number): Value {
  return graph.op('Reshape', [x, graph.op('Concat', [rows.shape, graph.int64([width])], { axis: { int: 0 } })]);
}

/** ONNX Runtime's GroupQueryAttention takes heads in multiples of 8: others are filled with zeros, which change neither products nor sums. */
function paddedHead(headSize: number): number {
  return Math.ceil(headSize / 8) * 8;
}

/** [B, S, count · from] -> [B, S, count · to]: each head cut, or filled with zeros on the right. */
function headsOf({ graph }: AttentionContext, x: Value, count: number, from: number, to: number): Value {
  if (from === to) return x;
  const split = graph.op('Reshape', [x, graph.int64([0, 0, count, from])]);
  const sized =
    to > from
      ? graph.op('Pad', [split, graph.int64([0, 0, 0, 0, 0, 0, 0, to - from])])
      : graph.op('Slice', [split, graph.int64([0]), graph.int64([to]), graph.int64([3])]);
  return graph.op('Reshape', [sized, graph.int64([0, 0, count * to])]);
}

/** Only then the operator turns queries and keys itself; it always takes positions 0, 1, 2, … for a prompt, which neither trees nor rows that go on have. */
function turnsInside(mode: BodyMode, headSize: number, rotary: Rotary): boolean {
  return mode === 'plain' && headSize % 16 === 0 && rotary.size % 16 === 0;
}

/** The one causal flash kernel on CPU; it also knows windows, soft caps and shared key heads. */
function groupedQuery(context: AttentionContext, attention: Attention, values: QueryKeyValue): Value {
  const { graph, rows, mode } = context;
  const { heads, keyHeads, headSize, scale, softcap, window, position } = attention;
  const inside = position.kind === 'rotary' && turnsInside(mode, headSize, position) ? position : null;
  const turned = inside === null ? rotated(context, attention, values) : values;
  const size = paddedHead(headSize);
  const query = headsOf(context, turned.query, heads, headSize, size);
  const key = headsOf(context, turned.key, keyHeads, headSize, size);
  const value = headsOf(context, turned.value, keyHeads, headSize, size);
  const tables = inside === null ? { cosine: '', sine: '' } : rows.tables(inside);
  const { lastIndex, longest } = rows.lengths();
  const bias = mode === 'tree' ? rows.mask(window) : '';
  const past = mode === 'plain' ? null : rows.cache(keyHeads, size);
  const [attended = '', presentKey = '', presentValue = ''] = graph.ops(
    3,
    'GroupQueryAttention',
    [query, key, value, past?.key ?? '', past?.value ?? '', lastIndex, longest, tables.cosine, tables.sine, '', bias],
    {
      num_heads: { int: heads },
      kv_num_heads: { int: keyHeads },
      scale: { float: scale },
      ...(softcap !== null && { softcap: { float: softcap } }),
      // The operator counts a window in places of the row, which in a tree are not distances.
      ...(window !== null && mode !== 'tree' && { local_window_size: { int: window } }),
      ...(inside !== null && { do_rotary: { int: 1 }, rotary_interleaved: { int: inside.pairs === 'neighbours' ? 1 : 0 } }),
    },
    'com.microsoft',
  );
  past?.present(presentKey, presentValue);
  return headsOf(context, attended, heads, size, headSize);
}

function rotated({ graph, rows }: AttentionContext, attention: Attention, { query, key, value }: QueryKeyValue): QueryKeyValue {
  const { position, heads, keyHeads, headSize } = attention;
  if (position.kind === 'none') return { query, key, value };
  const { cosine, sine } = rows.tables(position);
  const turn = (x: Value, count: number): Value =>
    graph.op(
      'RotaryEmbedding',
      [x, rows.positions(), cosine, sine],
      {
        interleaved: { int: position.pairs === 'neighbours' ? 1 : 0 },
        num_heads: { int: count },
        rotary_embedding_dim: { int: position.size < headSize ? position.size : 0 },
      },
      'com.microsoft',
    );
  return { query: turn(query, heads), key: turn(key, keyHeads), value };
}

/** c · tanh(x / c). */
export function emitSoftcap(graph: GraphBuilder, x: Value, cap: number): Value {
  return graph.op('Mul', [graph.op('Tanh', [graph.op('Div', [x, graph.float(cap)])]), graph.float(cap)]);
}
