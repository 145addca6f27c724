import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from './graph';
import type { Graph } from './emit';
import type { Codes, QuantizedWeights } from './quantized-weights';
import { codesName, scalesName } from './weights';

/**
 * What every run of a graph is fed besides its rows: its int8 layers. They are inputs and not initialisers, so that all graphs of a
 * checkpoint share one copy and the others stay mapped.
 */
export async function quantizedFeeds({ quantized }: Pick<Graph, 'quantized'>, weights: QuantizedWeights | undefined): Promise<Readonly<Record<string, Tensor>>> {
  const feeds: Record<string, Tensor> = {};
  for (const layer of weights === undefined ? [] : quantized) {
    const { codes, scales } = await (weights as QuantizedWeights).matrixOf(layer);
    const dims = [layer.inputs, layer.outputs];
    feeds[codesName(layer.weight)] = codes instanceof Int8Array ? new Tensor('int8', codes, dims) : new Tensor('uint8', codes, dims);
    feeds[scalesName(layer.weight)] = new Tensor('float32', scales, [layer.outputs]);
  }
  return feeds;
}

/** Far more than sixteen bits hold, in sizes for which engines have kernels of their own. */
const PROBED = [1, 8, 64] as const;
const WIDTH = 64;

/**
 * Processors without instructions for it add products of unsigned by signed bytes in sixteen bits, and cut what is larger: where they do,
 * both are given unsigned.
 */
export async function probeCodes(): Promise<Codes> {
  const graph = new GraphBuilder();
  const rows = graph.input('rows', 'uint8', ['N', WIDTH]);
  const columns = graph.input('columns', 'int8', [WIDTH, WIDTH]);
  graph.output('sums', 'int32', ['N', WIDTH], graph.op('MatMulInteger', [rows, columns]));
  const session = await InferenceSession.create(graph.finish(), { executionProviders: ['cpu'], logSeverityLevel: 4 });
  const columnsFed = new Tensor('int8', new Int8Array(WIDTH * WIDTH).fill(127), [WIDTH, WIDTH]);
  let exact = true;
  for (const count of PROBED) {
    const { sums } = await session.run({ rows: new Tensor('uint8', new Uint8Array(count * WIDTH).fill(255), [count, WIDTH]), columns: columnsFed });
    exact &&= (sums?.data as Int32Array).every((sum) => sum === WIDTH * 255 * 127);
  }
  await session.release();
  return exact ? 'int8' : 'uint8';
}
