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
  const attended = groupedQueryFits(attention)
    ? groupedQuery(context, attention, { query, key, value })
    : plainOperators(context, attention, rotated(context, attention, { query, key, value }));
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

/** ONNX Runtime's GroupQueryAttention takes heads in multiples of 8. */
function groupedQueryFits({ headSize }: Attention): boolean {
  return headSize % 8 === 0;
}

/** Only then the operator turns queries and keys itself; it always takes positions 0, 1, 2, … for a prompt, which trees don't have. */
function turnsInside(mode: BodyMode, headSize: number, rotary: Rotary): boolean {
  return mode === 'plain' && headSize % 16 === 0 && rotary.size % 16 === 0;
}

/** The one causal flash kernel on CPU; it also knows windows, soft caps and shared key heads. */
function groupedQuery(context: AttentionContext, attention: Attention, values: QueryKeyValue): Value {
  const { graph, rows, mode } = context;
  const { heads, keyHeads, headSize, scale, softcap, window, position } = attention;
  const inside = position.kind === 'rotary' && turnsInside(mode, headSize, position) ? position : null;
  const { query, key, value } = inside === null ? rotated(context, attention, values) : values;
  const tables = inside === null ? { cosine: '', sine: '' } : rows.tables(inside);
  const { lastIndex, longest } = rows.lengths();
  const bias = mode === 'tree' ? rows.mask(window) : '';
  const [attended = ''] = graph.ops(
    3,
    'GroupQueryAttention',
    [query, key, value, '', '', lastIndex, longest, tables.cosine, tables.sine, '', bias],
    {
      num_heads: { int: heads },
      kv_num_heads: { int: keyHeads },
      scale: { float: scale },
      ...(softcap !== null && { softcap: { float: softcap } }),
      // The operator counts a window in places of the row, which in a tree are not distances.
      ...(window !== null && mode === 'plain' && { local_window_size: { int: window } }),
      ...(inside !== null && { do_rotary: { int: 1 }, rotary_interleaved: { int: inside.pairs === 'neighbours' ? 1 : 0 } }),
    },
    'com.microsoft',
  );
  return attended;
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

/** softmax(query · keyᵀ · scale + mask) · value, for head sizes the fused operator does not take. -> [B, S, heads · headSize]. */
function plainOperators({ graph, rows }: AttentionContext, attention: Attention, { query, key, value }: QueryKeyValue): Value {
  const { heads, keyHeads, headSize, softcap } = attention;
  // [B, keyHeads, queries of a key head, S, headSize]: key and value broadcast over the third axis.
  const split = (x: Value, group: number, order: readonly number[]): Value =>
    graph.op('Transpose', [graph.op('Reshape', [x, graph.int64([0, 0, keyHeads, group, headSize])])], { perm: { ints: order } });
  const queries = split(query, heads / keyHeads, [0, 2, 3, 1, 4]);
  const keys = split(key, 1, [0, 2, 3, 4, 1]);
  const values = split(value, 1, [0, 2, 3, 1, 4]);
  let scores = graph.op('Mul', [graph.op('MatMul', [queries, keys]), graph.float(attention.scale)]);
  if (softcap !== null) scores = emitSoftcap(graph, scores, softcap);
  const mask = graph.op('Unsqueeze', [rows.mask(attention.window), graph.int64([1])]);
  const shares = graph.op('Softmax', [graph.op('Add', [scores, mask])], { axis: { int: -1 } });
  return graph.op('Transpose', [graph.op('MatMul', [shares, values])], { perm: { ints: [0, 3, 1, 2, 4] } });
}

/** c · tanh(x / c). */
export function emitSoftcap(graph: GraphBuilder, x: Value, cap: number): Value {
  return graph.op('Mul', [graph.op('Tanh', [graph.op('Div', [x, graph.float(cap)])]), graph.float(cap)]);
}
