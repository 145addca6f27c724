import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { validateCheckpoint } from '../../architecture/check';
import type { Description } from '../../architecture/description';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { AtOnce } from './at-once';
import { checkPositions, longest, rowFeeds, type FedRow } from './body';
import { emitFeatures, pooledName, poolingInput } from './emit-features';
import { createSession, floats, joined, run } from './engine';
import { externalDataFolder } from './external-data';
import { chooseCasting, freeMemory } from './memory';
import { quantizedFeeds } from './quantized-feeds';
import { RotaryTables } from './rotary-tables';
import type { BodyNeeds } from './row-inputs';
import type { SessionOptions } from './session';
import type { Pooling } from './wire';

type Graph = { readonly wanted: readonly Pooling[]; readonly session: InferenceSession; readonly needs: BodyNeeds; readonly weights: Readonly<Record<string, Tensor>> };

/** A checkpoint's hidden states. Its graph is made when the first are asked for, and made anew for poolings that it lacks. */
export class FeaturesSession {
  private readonly tables: RotaryTables;
  private graph: Graph | null = null;
  private readonly atOnce: AtOnce;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly options: SessionOptions,
  ) {
    this.tables = new RotaryTables(options.maxTokens);
    this.atOnce = new AtOnce('fewer-tokens-at-once', options.warn);
  }

  /**
   * Runs all rows at once, or in turns where memory is short: of each of `wanted` the vectors of all rows, in order. `between` is awaited before the engine runs, which
   * blocks this process; what it throws ends the call. Errors: `too-many-positions`, `engine-failed`.
   */
  async pooled(tokens: readonly Int32Array[], wanted: readonly Pooling[], between: () => Promise<void> = async () => {}): Promise<Float32Array[]> {
    const { description } = validateCheckpoint(this.checkpoint);
    const rows = tokens.map((row): FedRow => ({ tokens: row, parents: null }));
    checkPositions(rows, description);
    const graph = await this.graphOf(description, wanted);
    const parts = await this.atOnce.inTurns(rows, (row) => row.tokens.length, async (together) => {
      await between();
      const feeds = { ...graph.weights, ...rowFeeds(together, graph.needs, this.tables), ...poolingFeeds(together, graph) };
      const outputs = await run(graph.session, feeds, wanted.map(pooledName));
      return wanted.map((pooling) => floats(outputs[pooledName(pooling)]));
    });
    return wanted.map((_, index) => joined(parts.map((vectors) => vectors[index] ?? new Float32Array(0))));
  }

  async release(): Promise<void> {
    await this.graph?.session.release();
    this.graph = null;
  }

  /** One graph at a time: each holds the weights anew where they are cast. */
  private async graphOf(description: Description, asked: readonly Pooling[]): Promise<Graph> {
    const known = this.graph?.wanted ?? [];
    const missing = asked.filter((pooling) => !known.some((each) => pooledName(each) === pooledName(pooling)));
    if (this.graph !== null && missing.length === 0) return this.graph;
    await this.release();
    const wanted = [...known, ...missing];
    const { tensors } = this.checkpoint;
    const external = externalDataFolder([...tensors.values()].map((tensor) => tensor.file));
    const casting = this.options.casting ?? chooseCasting(this.checkpoint, freeMemory(), this.options.device);
    const graph = emitFeatures(description, { tensors, locate: external.locate, casting, codes: (await this.options.quantized?.codes()) ?? null }, wanted);
    const weights = await quantizedFeeds(graph, this.options.quantized);
    return (this.graph = { wanted, needs: graph.needs, weights, session: await createSession(graph.bytes, external.folder, this.options.device.threads) });
  }
}

function poolingFeeds(rows: readonly FedRow[], { wanted }: Graph): Record<string, Tensor> {
  const [count, width] = [rows.length, longest(rows)];
  const feeds: Record<string, Tensor> = {};
  const pools = new Set(wanted.map(({ pool }) => pool));
  if (pools.has('first')) feeds[poolingInput.first] = new Tensor('int64', BigInt64Array.from(rows, (_, row) => BigInt(row * width)), [count]);
  if (pools.has('last')) feeds[poolingInput.last] = new Tensor('int64', BigInt64Array.from(rows, ({ tokens }, row) => BigInt(row * width + tokens.length - 1)), [count]);
  if (pools.has('mean')) {
    const shares = new Float32Array(count * width);
    rows.forEach(({ tokens }, row) => shares.fill(1 / tokens.length, row * width, row * width + tokens.length));
    feeds[poolingInput.mean] = new Tensor('float32', shares, [count, 1, width]);
  }
  return feeds;
}
