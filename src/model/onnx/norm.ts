import type { Norm } from '../../architecture/description';
import type { GraphBuilder, Value } from './graph';
import type { Weights } from './weights';

/** Normalises the last axis, which has `norm.size` entries. */
export function emitNorm(graph: GraphBuilder, weights: Weights, norm: Norm, x: Value): Value {
  const attributes = { axis: { int: -1 }, epsilon: { float: norm.epsilon } };
  switch (norm.kind) {
    case 'rms': {
      const stored = weights.small(norm.weight);
      const weight = norm.weightOffset === 0 ? stored : graph.op('Add', [stored, graph.float(norm.weightOffset)]);
      return graph.op('SimplifiedLayerNormalization', [x, weight], { ...attributes, stash_type: { int: 1 } });
    }
    case 'layer': {
      const weight = norm.weight === null ? graph.float(1, norm.size) : weights.small(norm.weight);
      const bias = norm.bias === null ? graph.float(0, norm.size) : weights.small(norm.bias);
      return graph.op('LayerNormalization', [x, weight, bias], attributes);
    }
  }
}

/** As `emitNorm`; null leaves x as it is. */
export function emitOptionalNorm(graph: GraphBuilder, weights: Weights, norm: Norm | null, x: Value): Value {
  return norm === null ? x : emitNorm(graph, weights, norm, x);
}
