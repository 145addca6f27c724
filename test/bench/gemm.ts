import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../src/model/onnx/graph';
import { median } from './cpu-time';

/** A linear layer: `outputs` × `inputs` weights. */
export type Shape = { readonly outputs: number; readonly inputs: number };

const TOKENS = 512;
const ROUNDS = 15;

/** Floating-point operations of the layers for one token. */
export function operations(layers: readonly Shape[]): number {
  return layers.reduce((sum, { outputs, inputs }) => sum + 2 * outputs * inputs, 0);
}

export type BareGemm = { readonly run: () => Promise<void>; readonly gigaflops: number; readonly release: () => Promise<void> };

/**
 * ONNX Runtime on nothing but these matrix products: one `Gemm` a layer, 512 tokens a run, random numbers. A row of each product
 * leaves the graph, so that none can be left out. `gigaflops`: billions of operations of a run.
 */
export async function bareGemm(layers: readonly Shape[], threads: number): Promise<BareGemm> {
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
  return { run: async () => void (await session.run(feeds)), gigaflops: (operations(layers) * TOKENS) / 1e9, release: () => session.release() };
}

/** GFLOP/s of such products, the median of fifteen runs. */
export async function gemmRate(layers: readonly Shape[], threads: number): Promise<number> {
  const bare = await bareGemm(layers, threads);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await bare.run();
    seconds.push((performance.now() - start) / 1000);
  }
  await bare.release();
  return bare.gigaflops / median(seconds);
}

function random(dims: readonly number[]): Tensor {
  const data = Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, () => Math.random() - 0.5);
  return new Tensor('float32', data, dims);
}
