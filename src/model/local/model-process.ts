import { type ChildProcess, fork } from 'node:child_process';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { checkUnchanged } from '../../checkpoint/unchanged';
import { AssayError } from '../../protocol/errors';
import type { FromModelProcess, ScoringRow, ToModelProcess } from '../onnx/wire';
import { causeText, exitCause, type ProcessEnding } from './exit-cause';
import { LastLines } from './last-lines';
import { keepFromOrphaning } from './live-children';
import { childEnvironment, runsInElectron } from './node-executable';

export type ModelProcessOptions = {
  /** The bundle of the model process. */
  readonly script: string;
  /** The Node that runs it. */
  readonly node: string;
  readonly checkpoint: Checkpoint;
  readonly threads: number;
  readonly maxTokens: number;
};

/** Of a batch: all its scores, row after row. */
export type BatchScores = { readonly logprobs: Float32Array; readonly greedy: Uint8Array; readonly tokens: number; readonly milliseconds: number };

export type Loaded = Extract<FromModelProcess, { type: 'loaded' }>;

type Phase =
  | { readonly kind: 'running' }
  /** It is being ended on purpose; `error` is what those who still wait are told. */
  | { readonly kind: 'ending'; readonly error: AssayError }
  | { readonly kind: 'ended'; readonly error: AssayError };

type Waiting<T> = { readonly resolve: (value: T) => void; readonly reject: (error: AssayError) => void };

const TERMINATE_AFTER_MS = 300;
const KILL_AFTER_MS = 700;

/** A model process and what it was asked. It dies with this process, and its own death is an AssayError with a cause. */
export class ModelProcess {
  /** Resolves when the checkpoint is loaded; rejects with the AssayError that says why it cannot be. */
  readonly loaded: Promise<Loaded>;
  private readonly child: ChildProcess;
  private readonly stderr = new LastLines();
  private readonly batches = new Map<number, Waiting<BatchScores>>();
  private readonly ended: Promise<void>;
  private phase: Phase = { kind: 'running' };
  private loading: Waiting<Loaded> | null = null;
  private nextBatch = 0;

  constructor(private readonly options: ModelProcessOptions) {
    this.loaded = new Promise((resolve, reject) => (this.loading = { resolve, reject }));
    this.loaded.catch(() => undefined);
    this.child = fork(options.script, [], {
      execPath: options.node,
      execArgv: [],
      env: childEnvironment(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    keepFromOrphaning(this.child);
    this.child.stderr?.on('data', (chunk: Buffer) => this.stderr.add(chunk));
    this.child.on('message', (message) => this.receive(message as FromModelProcess));
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => {
        if (this.child.pid === undefined) this.end(this.notStarted(error.message), resolve);
      });
      this.child.once('close', (code, signal) => this.end(this.deathOf({ code, signal }), resolve));
    });
    this.send({ type: 'load', checkpoint: options.checkpoint, threads: options.threads, maxTokens: options.maxTokens });
  }

  get processId(): number | undefined {
    return this.child.pid;
  }

  /** Runs rows together. Rejects when the process dies, is closed, or cannot run them. */
  score(rows: readonly ScoringRow[]): Promise<BatchScores> {
    if (this.phase.kind !== 'running') return Promise.reject(this.phase.error);
    const id = this.nextBatch++;
    return new Promise((resolve, reject) => {
      this.batches.set(id, { resolve, reject });
      this.send({ type: 'score', batch: { id, rows } });
    });
  }

  /**
   * Drops what was asked so far: each batch rejects with `cancelled`, or still resolves. A process that does not come to it in
   * time, because the engine blocks it, is ended; the model is then closed.
   */
  cancel(): void {
    const asked = [...this.batches.keys()];
    if (asked.length === 0 || this.phase.kind !== 'running') return;
    this.send({ type: 'cancel' });
    this.endUnless(() => asked.every((id) => !this.batches.has(id)), new AssayError('cancelled'));
  }

  /** Ends the process; resolves when it is gone. */
  async close(error = new AssayError('model-closed')): Promise<void> {
    if (this.phase.kind === 'running') {
      this.phase = { kind: 'ending', error };
      this.send({ type: 'exit' });
      this.endUnless(() => this.phase.kind === 'ended', error);
    }
    await this.ended;
  }

  private endUnless(settled: () => boolean, error: AssayError): void {
    const kill = (signal: NodeJS.Signals): void => {
      if (settled() || this.phase.kind === 'ended') return;
      this.phase = { kind: 'ending', error };
      this.child.kill(signal);
    };
    const timers = [setTimeout(kill, TERMINATE_AFTER_MS, 'SIGTERM'), setTimeout(kill, KILL_AFTER_MS, 'SIGKILL')];
    void this.ended.then(() => timers.forEach((timer) => clearTimeout(timer)));
  }

  private receive(message: FromModelProcess): void {
    switch (message.type) {
      case 'loaded':
        this.loading?.resolve(message);
        return;
      case 'load-failed':
        this.loading?.reject(AssayError.fromJSON(message.error));
        return;
      case 'scored':
        this.batches.get(message.id)?.resolve(message);
        this.batches.delete(message.id);
        return;
      case 'score-failed':
        this.batches.get(message.id)?.reject(AssayError.fromJSON(message.error));
        this.batches.delete(message.id);
    }
  }

  private end(error: AssayError, done: () => void): void {
    if (this.phase.kind !== 'ended') {
      this.phase = { kind: 'ended', error };
      this.loading?.reject(error);
      for (const { reject } of this.batches.values()) reject(error);
      this.batches.clear();
    }
    done();
  }

  private deathOf(ending: ProcessEnding): AssayError {
    if (this.phase.kind === 'ending') return this.phase.error;
    const changed = checkUnchanged(this.options.checkpoint);
    if (changed !== null) return new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
    const cause = exitCause(ending, runsInElectron() && this.options.node === process.execPath);
    return new AssayError(
      'model-process-died',
      { cause: causeText(cause, this.stderr.lines), causeCode: cause.code, signal: ending.signal ?? '', exitCode: ending.code ?? -1 },
      { file: this.options.checkpoint.path },
    );
  }

  private notStarted(detail: string): AssayError {
    return new AssayError('model-process-not-started', { node: this.options.node, detail });
  }

  /** A message to a process that is gone goes nowhere: its end is reported by `close`. */
  private send(message: ToModelProcess): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }
}
