import type { Block, Branch, Description, Linear } from '../../architecture/description';
import { emitAttention, emitSoftcap, type AttentionContext } from './attention';
import { GraphBuilder, type Value } from './graph';
import { emitMlp } from './mlp';
import { emitOptionalNorm } from './norm';
import { inputName, RowInputs, type BodyMode, type BodyNeeds } from './row-inputs';
import { Weights, type WeightSource } from './weights';

/** `quantized`: layers whose numbers it is fed as int8. */
export type Graph = { readonly bytes: Uint8Array; readonly quantized: readonly Linear[] };
export type BodyGraph = Graph & { readonly needs: BodyNeeds };

/**
 * Tokens [B, S] and score_indices [N] (row · S + place) -> hidden [N, width]: the hidden states that are scored,
 * after the last norm. Weights are external initialisers.
 */
export function emitBody(description: Description, source: WeightSource, mode: BodyMode): BodyGraph {
  const graph = new GraphBuilder();
  const weights = new Weights(graph, source);
  const rows = new RowInputs(graph);
  const hidden = emitHidden({ graph, weights, rows, mode }, description);
  graph.output('hidden', 'float', ['N', description.head.logits.inputs], hidden);
  return { bytes: graph.finish(), needs: rows.needs, quantized: weights.quantized };
}

/**
 * Tokens [B, S] behind what the caches hold, and score_indices [N] (row · S + place) -> argmax [N], the most likely next token (the
 * first of equals), sum [N] of its logits, which is no number where one of them is none, and logits [M, vocabulary] of those of the N that `asked` [M] names.
 */
export function emitDecoder(description: Description, source: WeightSource): BodyGraph {
  const graph = new GraphBuilder();
  const weights = new Weights(graph, source);
  const rows = new RowInputs(graph);
  const hidden = emitHidden({ graph, weights, rows, mode: 'decode' }, description);
  const logits = emitLogits(graph, weights, description, hidden);
  const asked = graph.op('Gather', [logits, graph.input(inputName.asked, 'int64', ['M'])], { axis: { int: 0 } });
  graph.output('argmax', 'int64', ['N'], graph.op('ArgMax', [logits], { axis: { int: 1 }, keepdims: { int: 0 } }));
  graph.output('sum', 'float', ['N'], graph.op('ReduceSum', [logits, graph.int64([1])], { keepdims: { int: 0 } }));
  graph.output('logits', 'float', ['M', description.head.logits.outputs], asked);
  return { bytes: graph.finish(), needs: rows.needs, quantized: weights.quantized };
}

/** -> [N, width of the output table]: the hidden states that are asked for, after the last norm. */
function emitHidden(context: AttentionContext, description: Description): Value {
  const { graph, weights } = context;
  let x = emitEmbedding(context, description);
  for (const block of description.blocks) x = emitBlock(context, block, x);
  const scored = graph.op('Gather', [x, graph.input(inputName.scored, 'int64', ['N'])], { axis: { int: 0 } });
  const normed = emitOptionalNorm(graph, weights, description.finalNorm, scored);
  const { projection } = description.head;
  return projection === null ? normed : weights.linear(normed, projection);
}

function emitLogits(graph: GraphBuilder, weights: Weights, { head: { logits, softcap } }: Description, hidden: Value): Value {
  const raw = weights.linear(hidden, logits);
  return softcap === null ? raw : emitSoftcap(graph, raw, softcap);
}

/** hidden [N, width] and targets [N] -> logprob [N] of the target, and argmax [N], the most likely token (the first of equals). */
export function emitHead(description: Description, source: WeightSource): Graph {
  const graph = new GraphBuilder();
  const weights = new Weights(graph, source);
  const hidden = graph.input('hidden', 'float', ['N', description.head.logits.inputs]);
  const targets = graph.op('Unsqueeze', [graph.input('targets', 'int64', ['N']), graph.int64([1])]);
  const logprobs = graph.op('LogSoftmax', [emitLogits(graph, weights, description, hidden)], { axis: { int: -1 } });
  const chosen = graph.op('GatherElements', [logprobs, targets], { axis: { int: 1 } });
  graph.output('logprob', 'float', ['N'], graph.op('Squeeze', [chosen, graph.int64([1])]));
  graph.output('argmax', 'int64', ['N'], graph.op('ArgMax', [logprobs], { axis: { int: 1 }, keepdims: { int: 0 } }));
  return { bytes: graph.finish(), quantized: weights.quantized };
}

/** -> [B · S, hidden]. */
export function emitEmbedding({ graph, weights, rows }: AttentionContext, { embedding, hiddenSize }: Description): Value {
  let x = weights.rows(embedding.tokens, rows.tokens);
  if (embedding.scale !== null) x = graph.op('Mul', [x, graph.float(embedding.scale)]);
  x = graph.op('Reshape', [x, graph.int64([-1, embedding.width])]);
  if (embedding.projection !== null) x = weights.linear(x, embedding.projection);
  if (embedding.positions === null) return x;
  const { table, offset } = embedding.positions;
  const places = offset === 0 ? rows.positions() : graph.op('Add', [rows.positions(), graph.int64(offset)]);
  return graph.op('Add', [x, graph.op('Reshape', [weights.rows(table, places), graph.int64([-1, hiddenSize])])]);
}

export function emitBlock(context: AttentionContext, block: Block, x: Value): Value {
  const { graph, weights } = context;
  const attention = (input: Value): Value => emitAttention(context, block.attention.layer, input);
  const mlp = (input: Value): Value => emitMlp(graph, weights, block.mlp.layer, input);
  if (block.residual === 'parallel') {
    const attended = emitBranch(context, block.attention, x, attention);
    return graph.op('Add', [graph.op('Add', [x, attended]), emitBranch(context, block.mlp, x, mlp)]);
  }
  const between = emitSum(context, block.attention, x, emitBranch(context, block.attention, x, attention));
  return emitSum(context, block.mlp, between, emitBranch(context, block.mlp, between, mlp));
}

function emitBranch<Layer>({ graph, weights }: AttentionContext, branch: Branch<Layer>, x: Value, layer: (input: Value) => Value): Value {
  return emitOptionalNorm(graph, weights, branch.after, layer(emitOptionalNorm(graph, weights, branch.before, x)));
}

function emitSum<Layer>({ graph, weights }: AttentionContext, branch: Branch<Layer>, x: Value, output: Value): Value {
  return emitOptionalNorm(graph, weights, branch.sum, graph.op('Add', [x, output]));
}
