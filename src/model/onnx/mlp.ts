import type { Activation, Mlp } from '../../architecture/description';
import type { GraphBuilder, Value } from './graph';
import type { Weights } from './weights';

/** x [N, hidden] -> [N, hidden]. */
export function emitMlp(graph: GraphBuilder, weights: Weights, mlp: Mlp, x: Value): Value {
  return weights.linear(inner(graph, weights, mlp, x), mlp.down);
}

function inner(graph: GraphBuilder, weights: Weights, mlp: Mlp, x: Value): Value {
  switch (mlp.kind) {
    case 'plain':
      return emitActivation(graph, mlp.activation, weights.linear(x, mlp.up));
    case 'gated': {
      const gate = emitActivation(graph, mlp.activation, weights.linear(x, mlp.gate));
      return graph.op('Mul', [gate, weights.linear(x, mlp.up)]);
    }
    case 'gated-fused': {
      const [gate = '', up = ''] = graph.ops(2, 'Split', [weights.linear(x, mlp.gateUp)], { axis: { int: -1 }, num_outputs: { int: 2 } });
      return graph.op('Mul', [emitActivation(graph, mlp.activation, gate), up]);
    }
  }
}

export function emitActivation(graph: GraphBuilder, activation: Activation, x: Value): Value {
  switch (activation) {
    case 'gelu-erf':
      return graph.op('Gelu', [x], { approximate: { text: 'none' } });
    case 'gelu-tanh':
      return graph.op('Gelu', [x], { approximate: { text: 'tanh' } });
    case 'gelu-quick':
      return graph.op('Mul', [x, graph.op('Sigmoid', [graph.op('Mul', [x, graph.float(1.702)])])]);
    case 'silu':
      return graph.op('Mul', [x, graph.op('Sigmoid', [x])]);
    case 'relu':
      return graph.op('Relu', [x]);
    case 'relu-squared': {
      const positive = graph.op('Relu', [x]);
      return graph.op('Mul', [positive, positive]);
    }
  }
}
