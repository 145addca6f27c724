import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { validateCheckpoint } from '../../architecture/check';
import type { Description } from '../../architecture/description';
import type { DeviceProfile } from '../../protocol/device';
import { bodyFeeds, checkPositions } from './body';
import { emitBody, emitHead } from './emit';
import { createSession, floats, integers, run } from './engine';
import { externalDataFolder, type ExternalDataFolder } from './external-data';
import { chooseCasting, freeMemory, headRows } from './memory';
import { RotaryTables } from './rotary-tables';
import type { BodyMode, BodyNeeds } from './row-inputs';
import type { Casting } from './weights';
import type { ScoringRow } from './wire';

export { engineVersions } from './engine';

export type SessionOptions = {
  readonly device: DeviceProfile;
  /** Tokens of the longest text that is expected; longer ones work too. */
  readonly maxTokens: number;
  /** Default: by the memory that is free when a graph is made. */
  readonly casting?: Casting;
};

/** Scored tokens of all rows, in order. */
export type Scores = { readonly logprobs: Float32Array; readonly greedy: Uint8Array };

type Body = { readonly session: InferenceSession; readonly needs: BodyNeeds };

/**
 * A checkpoint's graphs, ready to score. Bodies are made when the first batch of their kind comes: a session of cast weights
 * costs seconds and memory, and many tasks need only one kind.
 */
export class ScoringSession {
  private readonly bodies = new Map<BodyMode, Promise<Body>>();
  private readonly tables: RotaryTables;

  private constructor(
    private readonly checkpoint: Checkpoint,
    private readonly description: Description,
    private readonly external: ExternalDataFolder,
    private readonly options: SessionOptions,
    private readonly head: InferenceSession,
  ) {
    this.tables = new RotaryTables(options.maxTokens);
  }

  /** Checks the checkpoint against its config.json and makes the head. Throws an AssayError before any weight is used. */
  static async open(checkpoint: Checkpoint, options: SessionOptions): Promise<ScoringSession> {
    const { description } = validateCheckpoint(checkpoint);
    const external = externalDataFolder([...checkpoint.tensors.values()].map((tensor) => tensor.file));
    const source = { tensors: checkpoint.tensors, locate: external.locate, casting: 'folded' } as const;
    const head = await createSession(emitHead(description, source), external.folder, options.device.threads);
    return new ScoringSession(checkpoint, description, external, options, head);
  }

  /**
   * Runs all rows at once. `between` is awaited between the runs of the engine, each of which blocks this process; what it throws
   * ends the scoring. Errors: `too-many-positions`, `engine-failed`.
   */
  async score(rows: readonly ScoringRow[], between: () => Promise<void> = async () => {}): Promise<Scores> {
    const targets = BigInt64Array.from(rows.flatMap((row) => Array.from(row.targets, BigInt)));
    if (targets.length === 0) return { logprobs: new Float32Array(0), greedy: new Uint8Array(0) };
    checkPositions(rows, this.description);
    const { session, needs } = await this.body(rows.every((row) => row.parents === null) ? 'plain' : 'tree');
    await between();
    const { hidden } = await run(session, bodyFeeds(rows, needs, this.tables), ['hidden']);
    return this.scoreHidden(floats(hidden), targets, between);
  }

  /** Unmaps the weights. */
  async release(): Promise<void> {
    await this.head.release();
    for (const body of this.bodies.values()) await (await body).session.release();
    this.bodies.clear();
  }

  private async scoreHidden(hidden: Float32Array, targets: BigInt64Array, between: () => Promise<void>): Promise<Scores> {
    const { logits } = this.description.head;
    const logprobs = new Float32Array(targets.length);
    const greedy = new Uint8Array(targets.length);
    const chunk = headRows(logits.outputs, this.options.device);
    for (let start = 0; start < targets.length; start += chunk) {
      await between();
      const asked = targets.subarray(start, start + chunk);
      const states = hidden.subarray(start * logits.inputs, (start + asked.length) * logits.inputs);
      const feeds = {
        hidden: new Tensor('float32', states, [asked.length, logits.inputs]),
        targets: new Tensor('int64', asked, [asked.length]),
      };
      const { logprob, argmax } = await run(this.head, feeds, ['logprob', 'argmax']);
      logprobs.set(floats(logprob), start);
      const best = integers(argmax);
      asked.forEach((target, index) => (greedy[start + index] = best[index] === target ? 1 : 0));
    }
    return { logprobs, greedy };
  }

  private body(mode: BodyMode): Promise<Body> {
    let body = this.bodies.get(mode);
    if (body === undefined) {
      body = this.createBody(mode);
      this.bodies.set(mode, body);
    }
    return body;
  }

  private async createBody(mode: BodyMode): Promise<Body> {
    const casting = this.options.casting ?? chooseCasting(this.checkpoint, freeMemory(), this.options.device);
    const source = { tensors: this.checkpoint.tensors, locate: this.external.locate, casting };
    const { bytes, needs } = emitBody(this.description, source, mode);
    return { session: await createSession(bytes, this.external.folder, this.options.device.threads), needs };
  }
}
