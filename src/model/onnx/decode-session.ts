import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { validateCheckpoint } from '../../architecture/check';
import { AssayError } from '../../protocol/errors';
import { emitDecoder } from './emit';
import { createSession, floats, integers, run } from './engine';
import { externalDataFolder } from './external-data';
import { KvCache } from './kv-cache';
import { chooseCasting, freeMemory } from './memory';
import { quantizedFeeds } from './quantized-feeds';
import { RotaryTables } from './rotary-tables';
import { inputName, tableNames, type BodyNeeds } from './row-inputs';
import type { SessionOptions } from './session';

/** Rows `first` … of a cache and the tokens that follow in each; one row of any length, or several of one token. */
export type Continued = {
  readonly first: number;
  readonly tokens: readonly Int32Array[];
  /** Tokens of each row that the cache holds. */
  readonly past: readonly number[];
  /** Which of the rows' logits are wanted, by their place in `tokens`. */
  readonly asked: readonly number[];
};

/** Of each row the most likely next token, and of the asked ones, one after the other, the logits of all tokens. */
export type Next = { readonly best: Int32Array; readonly logits: Float32Array };

/** A checkpoint's graph that goes on token by token. */
export class DecodeSession {
  private readonly tables: RotaryTables;

  private constructor(
    private readonly session: InferenceSession,
    private readonly weights: Readonly<Record<string, Tensor>>,
    readonly needs: BodyNeeds,
    readonly vocabularySize: number,
    maxTokens: number,
  ) {
    this.tables = new RotaryTables(maxTokens);
  }

  static async open(checkpoint: Checkpoint, options: SessionOptions & { readonly prepacked?: boolean }): Promise<DecodeSession> {
    const { description } = validateCheckpoint(checkpoint);
    const external = externalDataFolder([...checkpoint.tensors.values()].map((tensor) => tensor.file));
    const casting = options.casting ?? chooseCasting(checkpoint, freeMemory(), options.device);
    const graph = emitDecoder(description, { tensors: checkpoint.tensors, locate: external.locate, casting, codes: (await options.quantized?.codes()) ?? null });
    const session = await createSession(graph.bytes, external.folder, options.device.threads, { prepacked: options.prepacked ?? false });
    return new DecodeSession(session, await quantizedFeeds(graph, options.quantized), graph.needs, description.head.logits.outputs, options.maxTokens);
  }

  /** Throws a RangeError where there is no memory for it. */
  cache(rows: number, places: number): KvCache {
    return new KvCache(this.needs.caches, rows, places);
  }

  /** Runs the tokens and writes their keys and values behind what the cache holds of their rows. Error: `engine-failed`. */
  async forward(cache: KvCache, { first, tokens, past, asked }: Continued): Promise<Next> {
    const count = tokens.length;
    const width = tokens[0]?.length ?? 0;
    const ends = past.map((length) => length + width);
    const longest = Math.max(...ends);
    const { past: fed, present } = cache.bind(first, count);
    const ids = BigInt64Array.from(tokens.flatMap((row) => Array.from(row, BigInt)));
    const feeds: Record<string, Tensor> = {
      ...this.weights,
      ...fed,
      [inputName.tokens]: new Tensor('int64', ids, [count, width]),
      [inputName.scored]: new Tensor('int64', BigInt64Array.from(tokens, (_, row) => BigInt((row + 1) * width - 1)), [count]),
      [inputName.asked]: new Tensor('int64', BigInt64Array.from(asked, BigInt), [asked.length]),
      [inputName.lastIndex]: new Tensor('int32', Int32Array.from(ends, (end) => end - 1), [count]),
      [inputName.longest]: new Tensor('int32', Int32Array.of(longest), []),
    };
    if (this.needs.positions) {
      const positions = BigInt64Array.from(past.flatMap((length) => Array.from({ length: width }, (_, index) => BigInt(length + index))));
      feeds[inputName.positions] = new Tensor('int64', positions, [count, width]);
    }
    this.needs.rotaries.forEach((rotary, index) => {
      const { positions, cosine, sine } = this.tables.of(rotary, longest);
      const names = tableNames(index);
      feeds[names.cosine] = new Tensor('float32', cosine, [positions, rotary.frequencies.length]);
      feeds[names.sine] = new Tensor('float32', sine, [positions, rotary.frequencies.length]);
    });
    const { argmax, sum, logits } = await run(this.session, feeds, { argmax: null, sum: null, logits: null, ...present });
    if (floats(sum).some(Number.isNaN)) throw new AssayError('engine-failed', { detail: 'logits that are no numbers' });
    return { best: Int32Array.from(integers(argmax), Number), logits: floats(logits) };
  }

  /** Unmaps the weights. */
  release(): Promise<void> {
    return this.session.release();
  }
}
