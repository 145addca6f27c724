import type { Description } from '../../architecture/description';
import type { AttentionContext } from './attention';
import { emitBlock, emitEmbedding, type BodyGraph } from './emit';
import { GraphBuilder, type Value } from './graph';
import { emitOptionalNorm } from './norm';
import { RowInputs } from './row-inputs';
import { Weights, type WeightSource } from './weights';
import type { Pooling } from './wire';

/** Besides what rows need: [B] row · S + place of the first and of the last token, and [B, 1, S] what each token weighs in its row's mean. */
export const poolingInput = { first: 'first_places', last: 'last_places', mean: 'mean_weights' } as const;

/** The output of a graph that holds a pooled layer. */
export function pooledName({ layer, pool }: Pooling): string {
  return `${pool}_${layer}`;
}

/**
 * Tokens [B, S] -> for each pooling [B, width]: hidden states numbered as transformers numbers them, 0 what the first block reads,
 * i what the i-th leaves, the last one after the final norm (and OPT's projection). Blocks behind the deepest one asked for are left out.
 */
export function emitFeatures(description: Description, source: WeightSource, wanted: readonly Pooling[]): BodyGraph {
  const graph = new GraphBuilder();
  const weights = new Weights(graph, source);
  const rows = new RowInputs(graph);
  const context: AttentionContext = { graph, weights, rows, mode: 'plain' };
  const { blocks, finalNorm, head, hiddenSize } = description;
  const deepest = Math.max(...wanted.map(({ layer }) => layer));
  const finish = (x: Value): Value => {
    const normed = emitOptionalNorm(graph, weights, finalNorm, x);
    return head.projection === null ? normed : weights.linear(normed, head.projection);
  };
  let x = emitEmbedding(context, description);
  for (let layer = 0; layer <= deepest; layer++) {
    const block = blocks[layer - 1];
    if (block !== undefined) x = emitBlock(context, block, x);
    const isLast = layer === blocks.length;
    const width = isLast ? head.logits.inputs : hiddenSize;
    for (const pooling of wanted) {
      if (pooling.layer !== layer) continue;
      // One token is picked before it is normalised; a mean is of normalised tokens.
      const pooled = pooling.pool === 'mean' ? emitMean(context, isLast ? finish(x) : x, width) : emitPick(context, pooling.pool, x, isLast ? finish : (picked) => picked);
      graph.output(pooledName(pooling), 'float', ['B', width], pooled);
    }
  }
  return { bytes: graph.finish(), needs: rows.needs, quantized: weights.quantized };
}

function emitPick({ graph }: AttentionContext, pool: 'first' | 'last', x: Value, finish: (x: Value) => Value): Value {
  return finish(graph.op('Gather', [x, graph.input(poolingInput[pool], 'int64', ['B'])], { axis: { int: 0 } }));
}

/** What stands at padding may be anything, also no number: it is left out, not multiplied by 0. */
function emitMean({ graph, rows }: AttentionContext, x: Value, width: number): Value {
  const shares = graph.input(poolingInput.mean, 'float', ['B', 1, 'S']);
  const isToken = graph.op('Transpose', [graph.op('Greater', [shares, graph.float(0)])], { perm: { ints: [0, 2, 1] } });
  const byRow = graph.op('Reshape', [x, graph.op('Concat', [rows.shape, graph.int64([width])], { axis: { int: 0 } })]);
  const sum = graph.op('MatMul', [shares, graph.op('Where', [isToken, byRow, graph.float(0)])]);
  return graph.op('Reshape', [sum, graph.int64([-1, width])]);
}
