import type { Checkpoint } from '../../checkpoint/checkpoint';
import { checkUnchanged } from '../../checkpoint/unchanged';
import { type WorkerEnd, WorkerProcess } from '../../processes/worker-process';
import { AssayError } from '../../protocol/errors';
import type { Precision } from '../../protocol/results';
import type { DeviceProfile } from '../../protocol/device';
import type { FeaturesBatch, FromModelProcess, GenerationRow, GrownRow, ScoringRow, ToModelProcess } from '../onnx/wire';

export type ModelProcessOptions = {
  /** The bundle of the model process. */
  readonly script: string;
  /** The Node that runs it. Default: the one that runs this process. */
  readonly node?: string;
  readonly checkpoint: Checkpoint;
  readonly device: DeviceProfile;
  /** Default: fp32. */
  readonly precision?: Precision;
  readonly maxTokens: number;
};

/** Of a batch: all its scores, row after row. */
export type BatchScores = { readonly logprobs: Float32Array; readonly greedy: Uint8Array; readonly tokens: number; readonly milliseconds: number };

/** Of a batch: of each wanted pooling the vectors of all rows, one after the other. */
export type BatchFeatures = { readonly vectors: readonly Float32Array[]; readonly tokens: number; readonly milliseconds: number };

export type Loaded = Extract<FromModelProcess, { type: 'loaded' }>;

type Phase =
  | { readonly kind: 'running' }
  /** It is being ended on purpose; `error` is what those who still wait are told. */
  | { readonly kind: 'ending'; readonly error: AssayError }
  | { readonly kind: 'ended'; readonly error: AssayError };

/** A row that generates, and who is told what it grows by. */
export type RowInProcess = { readonly row: Omit<GenerationRow, 'id'>; readonly grown: (by: GrownRow) => void; readonly failed: (error: AssayError) => void };

/** What a batch may be answered by. */
type Answer = Extract<FromModelProcess, { readonly type: 'scored' | 'pooled' }>;

type Waiting<T> = { readonly resolve: (value: T) => void; readonly reject: (error: AssayError) => void };

/** A model process and what it was asked. It dies with this process, and its own death is an AssayError with a cause. */
export class ModelProcess {
  /** Resolves when the checkpoint is loaded; rejects with the AssayError that says why it cannot be. */
  readonly loaded: Promise<Loaded>;
  private readonly worker: WorkerProcess<ToModelProcess, FromModelProcess>;
  private readonly batches = new Map<number, Waiting<Answer>>();
  private readonly ended: Promise<void>;
  private phase: Phase = { kind: 'running' };
  private loading: Waiting<Loaded> | null = null;
  private nextBatch = 0;
  private readonly rows = new Map<number, RowInProcess>();
  private nextRow = 0;

  constructor(private readonly options: ModelProcessOptions) {
    this.loaded = new Promise((resolve, reject) => (this.loading = { resolve, reject }));
    this.loaded.catch(() => undefined);
    this.worker = new WorkerProcess({ script: options.script, ...(options.node !== undefined && { node: options.node }) });
    this.worker.onMessage((message) => this.receive(message));
    this.ended = this.worker.ended.then((end) => this.end(this.deathOf(end)));
    this.worker.send({ type: 'load', checkpoint: options.checkpoint, device: options.device, precision: options.precision ?? 'fp32', maxTokens: options.maxTokens });
  }

  get processId(): number | undefined {
    return this.worker.processId;
  }

  /** Who is told of what shows only while the process works. */
  warned: (warning: AssayError) => void = () => undefined;

  /** Runs rows together, or one behind a prefix. Rejects when the process dies, is closed, or cannot run them. */
  score(rows: readonly ScoringRow[], prefix: Int32Array | null = null): Promise<BatchScores> {
    return this.ask('scored', (id) => ({ type: 'score', batch: { id, rows, prefix } }));
  }

  /** Reads rows together, with the manners of `score`. */
  pool(rows: FeaturesBatch['rows'], wanted: FeaturesBatch['wanted']): Promise<BatchFeatures> {
    return this.ask('pooled', (id) => ({ type: 'features', batch: { id, rows, wanted } }));
  }

  /** Lets rows generate, beside those that do. Each is told about until it has ended, or failed because the process died or was closed. */
  generate(rows: readonly RowInProcess[]): number[] {
    if (this.phase.kind !== 'running') {
      for (const { failed } of rows) failed(this.phase.error);
      return [];
    }
    const asked = rows.map((each) => {
      const id = this.nextRow++;
      this.rows.set(id, each);
      return { ...each.row, id };
    });
    this.worker.send({ type: 'generate', rows: asked });
    return asked.map(({ id }) => id);
  }

  /** Ends rows whose text is complete, or that nobody waits for: after the run of the engine in flight, which is never a long one. */
  stopRows(ids: readonly number[]): void {
    if (ids.length > 0 && this.phase.kind === 'running') this.worker.send({ type: 'stop-rows', rows: ids });
  }

  /**
   * Drops the batches asked so far: each batch rejects with `cancelled`, or still resolves. A process that does not come to it in
   * time, because the engine blocks it, is ended; the model is then closed.
   */
  cancel(): void {
    const asked = [...this.batches.keys()];
    if (asked.length === 0 || this.phase.kind !== 'running') return;
    this.worker.send({ type: 'cancel' });
    this.endUnless(() => asked.every((id) => !this.batches.has(id)), new AssayError('cancelled'));
  }

  /** Ends the process; resolves when it is gone. */
  async close(error = new AssayError('model-closed')): Promise<void> {
    if (this.phase.kind === 'running') {
      this.phase = { kind: 'ending', error };
      this.worker.send({ type: 'exit' });
      this.endUnless(() => this.phase.kind === 'ended', error);
    }
    await this.ended;
  }

  private ask<Type extends Answer['type']>(type: Type, message: (id: number) => ToModelProcess): Promise<Extract<Answer, { readonly type: Type }>> {
    if (this.phase.kind !== 'running') return Promise.reject(this.phase.error);
    const id = this.nextBatch++;
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer): void => {
        if (answer.type === type) resolve(answer as Extract<Answer, { readonly type: Type }>);
        else reject(new AssayError('internal', { message: `the model process answered "${answer.type}", wanted "${type}"` }));
      };
      this.batches.set(id, { resolve: answered, reject });
      this.worker.send(message(id));
    });
  }

  private endUnless(settled: () => boolean, error: AssayError): void {
    this.worker.endUnless(settled, () => (this.phase = { kind: 'ending', error }));
  }

  private receive(message: FromModelProcess): void {
    switch (message.type) {
      case 'loaded':
        this.loading?.resolve(message);
        return;
      case 'load-failed':
        this.loading?.reject(AssayError.fromJSON(message.error));
        return;
      case 'warning':
        this.warned(AssayError.fromJSON(message.warning));
        return;
      case 'scored':
      case 'pooled':
        this.batches.get(message.id)?.resolve(message);
        this.batches.delete(message.id);
        return;
      case 'batch-failed':
        this.batches.get(message.id)?.reject(AssayError.fromJSON(message.error));
        this.batches.delete(message.id);
        return;
      case 'generated':
        for (const grown of message.rows) {
          const row = this.rows.get(grown.row);
          if (grown.end !== null) this.rows.delete(grown.row);
          row?.grown(grown);
        }
        return;
      case 'generation-failed':
        for (const id of message.rows) {
          const row = this.rows.get(id);
          this.rows.delete(id);
          row?.failed(AssayError.fromJSON(message.error));
        }
    }
  }

  private end(error: AssayError): void {
    this.phase = { kind: 'ended', error };
    this.loading?.reject(error);
    for (const { reject } of this.batches.values()) reject(error);
    this.batches.clear();
    const rows = [...this.rows.values()];
    this.rows.clear();
    for (const { failed } of rows) failed(error);
  }

  private deathOf(end: WorkerEnd): AssayError {
    if (this.phase.kind === 'ending') return this.phase.error;
    if (end.kind === 'not-started') return new AssayError('model-process-not-started', { node: end.node, detail: end.detail });
    const { checkpoint } = this.options;
    const changed = checkUnchanged(checkpoint);
    if (changed !== null) return new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
    const { cause, causeCode, code, signal } = end;
    return new AssayError('model-process-died', { cause, causeCode, signal: signal ?? '', exitCode: code ?? -1 }, { file: checkpoint.path });
  }
}
