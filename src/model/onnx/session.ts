import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { validateCheckpoint } from '../../architecture/check';
import type { Description } from '../../architecture/description';
import type { DeviceProfile } from '../../protocol/device';
import { AtOnce, type Warn } from './at-once';
import { bodyFeeds, checkPositions, emptyCaches } from './body';
import { behindTrunk, chainsOf, trunkOf } from './chains';
import { emitBody, emitHead, type Graph } from './emit';
import { createSession, floats, integers, joined, run } from './engine';
import { externalDataFolder } from './external-data';
import type { KvCache } from './kv-cache';
import { chooseStorage, freeMemory, headRows, isShortOfMemory, type WeightStorage } from './memory';
import { PrefixCache } from './prefix-cache';
import { RotaryTables } from './rotary-tables';
import type { BodyMode, BodyNeeds } from './row-inputs';
import { quantizedFeeds } from './quantized-feeds';
import type { QuantizedWeights } from './quantized-weights';
import type { Casting, WeightSource } from './weights';
import type { ScoringRow } from './wire';

export { engineVersions } from './engine';

export type SessionOptions = {
  readonly device: DeviceProfile;
  /** Tokens of the longest text that is expected; longer ones work too. */
  readonly maxTokens: number;
  /** Default: by the memory that is free when a graph is made. */
  readonly casting?: Casting;
  /** Of scoring alone. Default: by the memory that is free when the checkpoint is opened. */
  readonly storage?: WeightStorage;
  /** Linear layers as int8; without them they are float32. */
  readonly quantized?: QuantizedWeights;
  /** Is told what a person should know that shows only while it works. */
  readonly warn?: Warn;
};

/** Scored tokens of all rows, in order. `tokens`: as many as were fed. */
export type Scores = { readonly logprobs: Float32Array; readonly greedy: Uint8Array; readonly tokens: number };

type Hidden = { readonly hidden: Float32Array; readonly tokens: number };
type Fed = Readonly<Record<string, Tensor>>;
/** `weights`: what each run is fed besides its rows. */
type Head = { readonly session: InferenceSession; readonly weights: Fed };
type Body = Head & { readonly needs: BodyNeeds };
/** `long`: plain rows that need more memory than should be kept. */
type BodyKind = Exclude<BodyMode, 'decode'> | 'long';
/** `source`: the same for all graphs, so that a number does not depend on when its graph was made. */
type Stored = { readonly storage: WeightStorage; readonly source: WeightSource; readonly folder: string };

/** Places behind a prefix that its first batch gets at least: most batches fit, and nothing is copied for them. */
const LEAST_ROOM = 384;
/** Tokens of a run beyond which its memory is given back: a row of 32 768 tokens of a 135M shape takes more than a gigabyte. */
const MOST_KEPT = 4096;
/** Numbers of a mask, 16 MiB. A longer tree goes behind its trunk, or in paths. */
const MOST_MASKED = 2048 * 2048;

/**
 * A checkpoint's graphs, ready to score. Bodies are made when the first batch of their kind comes: a session of cast weights
 * costs seconds and memory, and many tasks need only one kind.
 */
export class ScoringSession {
  private readonly bodies = new Map<BodyKind, Promise<Body>>();
  private readonly tables: RotaryTables;
  private prefixes: PrefixCache | null = null;
  /** Tokens of a run, and of them those that go through the output table at once. */
  private readonly fedAtOnce: AtOnce;
  private readonly scoredAtOnce: AtOnce;

  private constructor(
    private readonly description: Description,
    private readonly stored: Stored,
    private readonly options: SessionOptions,
    private readonly head: Head,
  ) {
    this.tables = new RotaryTables(options.maxTokens);
    this.fedAtOnce = new AtOnce('fewer-tokens-at-once', options.warn);
    this.scoredAtOnce = new AtOnce('fewer-tokens-at-once', options.warn);
  }

  /** Checks the checkpoint against its config.json and makes the head. Throws an AssayError before any weight is used. */
  static async open(checkpoint: Checkpoint, options: SessionOptions): Promise<ScoringSession> {
    const { description } = validateCheckpoint(checkpoint);
    const external = externalDataFolder([...checkpoint.tensors.values()].map((tensor) => tensor.file));
    const storage = options.quantized === undefined ? (options.storage ?? chooseStorage(checkpoint, freeMemory(), options.device)) : 'int8';
    const source = { tensors: checkpoint.tensors, locate: external.locate, casting: storage === 'lazy' ? 'lazy' : 'folded', codes: (await options.quantized?.codes()) ?? null } as const;
    const stored = { storage, source, folder: external.folder };
    const graph = emitHead(description, source);
    return new ScoringSession(description, stored, options, await openGraph(graph, stored, options));
  }

  /** How the weights lie in memory. */
  get storage(): WeightStorage {
    return this.stored.storage;
  }

  /**
   * Runs all rows at once, or in turns where memory is short; or one behind a prefix. `between` is awaited between the runs of the engine, each of which blocks this
   * process; what it throws ends the scoring. Errors: `too-many-positions`, `engine-failed`.
   */
  async score(rows: readonly ScoringRow[], between: () => Promise<void> = async () => {}, prefix: Int32Array | null = null): Promise<Scores> {
    const targets = BigInt64Array.from(rows.flatMap((row) => Array.from(row.targets, BigInt)));
    if (targets.length === 0) return { logprobs: new Float32Array(0), greedy: new Uint8Array(0), tokens: 0 };
    const [row] = rows;
    const { hidden, tokens } = prefix !== null && row !== undefined ? await this.behind(prefix, row, between) : await this.together(rows, between);
    return { ...(await this.scoreHidden(hidden, targets, between)), tokens };
  }

  /** Unmaps the weights. */
  async release(): Promise<void> {
    await this.head.session.release();
    this.prefixes = null;
    for (const body of this.bodies.values()) await (await body).session.release();
    this.bodies.clear();
  }

  /** A mask of a very long tree would not fit, so none is made. */
  private async together(rows: readonly ScoringRow[], between: () => Promise<void>): Promise<Hidden> {
    const [row] = rows;
    if (row === undefined || rows.length > 1 || row.parents === null || row.tokens.length ** 2 <= MOST_MASKED) return this.hidden(rows, between);
    const trunk = trunkOf(row);
    const [prefix, rest] = [row.tokens.slice(0, trunk), behindTrunk(row, trunk)];
    return rest.tokens.length * row.tokens.length > MOST_MASKED ? this.inChains(prefix, rest, between) : this.behind(prefix, rest, between);
  }

  private async hidden(rows: readonly ScoringRow[], between: () => Promise<void>): Promise<Hidden> {
    checkPositions(rows, this.description);
    const isLong = rows.some((row) => row.tokens.length > MOST_KEPT);
    const { session, needs, weights } = await this.body(rows.some((row) => row.parents !== null) ? 'tree' : isLong ? 'long' : 'plain');
    const parts = await this.fedAtOnce.inTurns(rows, ({ tokens }) => tokens.length, async (together) => {
      await between();
      const { hidden } = await run(session, { ...weights, ...bodyFeeds(together, needs, this.tables), ...emptyCaches(needs, together.length) }, ['hidden']);
      return floats(hidden);
    });
    return { hidden: joined(parts), tokens: rows.reduce((sum, { tokens }) => sum + tokens.length, 0) };
  }

  /** Where memory does not take the prefix, or the row behind it, each path of the row is a text of its own. */
  private async behind(prefix: Int32Array, row: ScoringRow, between: () => Promise<void>): Promise<Hidden> {
    checkPositions([row], this.description, prefix.length);
    const body = await this.body('tree');
    this.prefixes ??= new PrefixCache(body.needs.caches, async (cache, piece, past) => void (await this.goOn(body, cache, unscored(piece), past)), freeMemory);
    await between();
    const held = await this.prefixes.of(prefix, Math.max(LEAST_ROOM, row.tokens.length), between);
    if (held === null) return this.inChains(prefix, row, between);
    await between();
    try {
      return { hidden: await this.goOn(body, held.cache, row, prefix.length), tokens: held.computed + row.tokens.length };
    } catch (error) {
      if (!isShortOfMemory(error)) throw error;
      this.prefixes = null;
      return this.inChains(prefix, row, between);
    }
  }

  private async inChains(prefix: Int32Array, row: ScoringRow, between: () => Promise<void>): Promise<Hidden> {
    const { rows, order } = chainsOf(row, prefix);
    const width = this.description.head.logits.inputs;
    const all = new Float32Array(order.length * width);
    let [done, tokens] = [0, 0];
    for (const chain of rows) {
      const one = await this.hidden([chain], between);
      tokens += one.tokens;
      for (let start = 0; start < one.hidden.length; start += width) all.set(one.hidden.subarray(start, start + width), (order[done++] ?? 0) * width);
    }
    return { hidden: all, tokens };
  }

  /** Runs a row behind the first `past` tokens of a cache, which it is written to. */
  private async goOn({ session, needs, weights }: Body, cache: KvCache, row: ScoringRow, past: number): Promise<Float32Array> {
    const bound = cache.bind(0, 1);
    const { hidden } = await run(session, { ...weights, ...bodyFeeds([row], needs, this.tables, past), ...bound.past }, { hidden: null, ...bound.present });
    return floats(hidden);
  }

  private async scoreHidden(hidden: Float32Array, targets: BigInt64Array, between: () => Promise<void>): Promise<Omit<Scores, 'tokens'>> {
    const { logits } = this.description.head;
    const logprobs = new Float32Array(targets.length);
    const greedy = new Uint8Array(targets.length);
    const planned = headRows(logits.outputs, this.options.device);
    for (let start = 0; start < targets.length; ) {
      await between();
      const asked = targets.subarray(start, start + Math.min(planned, this.scoredAtOnce.most));
      const states = hidden.subarray(start * logits.inputs, (start + asked.length) * logits.inputs);
      const feeds = {
        ...this.head.weights,
        hidden: new Tensor('float32', states, [asked.length, logits.inputs]),
        targets: new Tensor('int64', asked, [asked.length]),
      };
      try {
        const { logprob, argmax } = await run(this.head.session, feeds, ['logprob', 'argmax']);
        logprobs.set(floats(logprob), start);
        const best = integers(argmax);
        asked.forEach((target, index) => (greedy[start + index] = best[index] === target ? 1 : 0));
        start += asked.length;
      } catch (error) {
        if (!this.scoredAtOnce.halve(error, asked.length)) throw error;
      }
    }
    return { logprobs, greedy };
  }

  private body(kind: BodyKind): Promise<Body> {
    let body = this.bodies.get(kind);
    if (body === undefined) {
      body = this.createBody(kind);
      this.bodies.set(kind, body);
    }
    return body;
  }

  private async createBody(kind: BodyKind): Promise<Body> {
    const graph = emitBody(this.description, this.stored.source, kind === 'long' ? 'plain' : kind);
    return { ...(await openGraph(graph, this.stored, this.options, kind === 'long')), needs: graph.needs };
  }
}

async function openGraph(graph: Graph, { storage, folder }: Stored, { quantized, device }: SessionOptions, isLong = false): Promise<Head> {
  const weights = await quantizedFeeds(graph, quantized);
  return { session: await createSession(graph.bytes, folder, device.threads, { prepacked: storage === 'packed' && !isLong, givenBack: isLong }), weights };
}

/** A piece of a prefix: one hidden state, as a graph has no run without. */
function unscored(tokens: Int32Array): ScoringRow {
  return { tokens, parents: null, positions: Int32Array.of(tokens.length - 1), targets: new Int32Array(0) };
}
