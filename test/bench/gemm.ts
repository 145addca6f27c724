import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../src/model/onnx/graph';

/** A linear layer: `outputs` × `inputs` weights. */
export type Shape = { readonly outputs: number; readonly inputs: number };

const TOKENS = 512;
const ROUNDS = 15;

/** Floating-point operations of the layers for one token. */
export function operations(layers: readonly Shape[]): number {
  return layers.reduce((sum, { outputs, inputs }) => sum + 2 * outputs * inputs, 0);
}

/**
 * GFLOP/s of ONNX Runtime on nothing but these matrix products: one `Gemm` a layer, 512 tokens a run, random numbers, the median of
 * fifteen runs. A row of each product leaves the graph, so that none can be left out.
 */
export async function gemmRate(layers: readonly Shape[], threads: number): Promise<number> {
  const graph = new GraphBuilder();
  const feeds: Record<string, Tensor> = {};
  layers.forEach(({ outputs, inputs }, index) => {
    const activations = graph.input(`x${inputs}`, 'float', [TOKENS, inputs]);
    const weights = graph.input(`w${index}`, 'float', [outputs, inputs]);
    feeds[activations] ??= random([TOKENS, inputs]);
    feeds[weights] = random([outputs, inputs]);
    const product = graph.op('Gemm', [activations, weights], { transB: { int: 1 } });
    graph.output(`y${index}`, 'float', [1, outputs], graph.op('Gather', [product, graph.int64([0])]));
  });
  const session = await InferenceSession.create(graph.finish(), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const milliseconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await session.run(feeds);
    milliseconds.push(performance.now() - start);
  }
  await session.release();
  const median = milliseconds.sort((a, b) => a - b)[(ROUNDS - 1) / 2] ?? NaN;
  return (operations(layers) * TOKENS) / median / 1e6;
}

function random(dims: readonly number[]): Tensor {
  const data = Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, () => Math.random() - 0.5);
  return new Tensor('float32', data, dims);
}
