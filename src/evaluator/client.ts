/** The evaluator as the editor holds it: a process that is started on first use, again after it died, and in another Node once the choice has changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createMessageConnection, IPCMessageReader, IPCMessageWriter, type MessageConnection, type RequestType, ResponseError,
} from 'vscode-jsonrpc/node';
import type {
  CompareOutcome, DownloadQuestion, EvaluationHandle, EvaluationOutcome, EvaluationRequest, EvaluatorClient, Preview, PreviewRequest, ScoredTexts, ScoreTextsRequest,
} from '../protocol/commands';
import { AssayError, type SerializedError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';
import type { Inspections } from '../protocol/inspection';
import { type WorkerEnd, WorkerProcess } from '../processes/worker-process';
import { reportError } from '../protocol/results';
import { newEvaluationId } from './evaluation-id';
import { OpenRuns } from './open-runs';
import {
  cancelRequest, compareRequest, eventsNotification, inspectRequest, previewRequest, replayRequest, scoreRequest, startRequest, variableRequest, permitRequest,
  type InspectParams,
} from './rpc';

export type ForkOptions = {
  /** dist/evaluator.js */
  readonly entry: string;
  /** The Node that runs the evaluator and, through it, the models; asked before every start. Default: this process's own. */
  readonly chooseNode?: () => Promise<string>;
  /** What `chooseNode` depends on: where it has changed, an evaluator that has nothing to do is replaced. */
  readonly nodeSetting?: () => string;
  /** Lines the evaluator writes to stdout or stderr. */
  readonly log: (line: string) => void;
  /** Asks the person whether a download may begin. Default: it may not. */
  readonly permit?: (question: DownloadQuestion) => Promise<boolean>;
  /** How long an evaluator may take to hear a cancel before it is ended, in milliseconds. Default: 1000. */
  readonly cancelHeard?: number;
  /** Waits before an evaluator that does not hear a cancel is ended. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
};

const CANCEL_HEARD_MS = 1_000;

/** What the editor holds: evaluations, and questions about files. */
export type ForkedClient = EvaluatorClient & Inspections;

export function forkEvaluator(options: ForkOptions): ForkedClient {
  return new ForkedEvaluator(options);
}

/** `died` rejects when the process ends. */
type Living = { readonly worker: WorkerProcess<object, object>; readonly connection: MessageConnection; readonly died: Promise<never> };
type Active = { readonly onEvent: (event: RunEvent) => void; readonly runs: OpenRuns; isCancelled: boolean; hasBegun: boolean };

class ForkedEvaluator implements ForkedClient {
  private living: Promise<Living> | null = null;
  private nodeSetting = '';
  private asked = 0;
  private readonly active = new Map<string, Active>();
  /** Ended by this side because it did not hear a cancel: what waited behind goes on in the next one. */
  private readonly deaf = new WeakSet<Living>();

  constructor(private readonly options: ForkOptions) {}

  start(request: EvaluationRequest, onEvent: (event: RunEvent) => void): EvaluationHandle {
    const id = newEvaluationId(new Date());
    this.active.set(id, { onEvent, runs: new OpenRuns(), isCancelled: false, hasBegun: false });
    return { id, outcome: this.evaluate(id, request), cancel: () => void this.cancel(id) };
  }

  compare(runA: string, runB: string): Promise<CompareOutcome> {
    return this.ask(compareRequest, { runA, runB });
  }

  replay(runFolder: string): Promise<readonly RunEvent[]> {
    return this.ask(replayRequest, { runFolder });
  }

  score(request: ScoreTextsRequest): Promise<ScoredTexts> {
    return this.ask(scoreRequest, request);
  }

  preview(request: PreviewRequest): Promise<Preview> {
    return this.ask(previewRequest, request);
  }

  readonly check: Inspections['check'] = (...args) => this.inspect('check', args);
  readonly columns: Inspections['columns'] = (...args) => this.inspect('columns', args);
  readonly checkpoints: Inspections['checkpoints'] = (...args) => this.inspect('checkpoints', args);
  readonly runs: Inspections['runs'] = (...args) => this.inspect('runs', args);
  readonly configs: Inspections['configs'] = (...args) => this.inspect('configs', args);
  readonly samples: Inspections['samples'] = (...args) => this.inspect('samples', args);
  readonly taskNames: Inspections['taskNames'] = (...args) => this.inspect('taskNames', args);
  readonly tasks: Inspections['tasks'] = (...args) => this.inspect('tasks', args);

  async dispose(): Promise<void> {
    const { living } = this;
    this.living = null;
    if (living !== null) await retire(living);
  }

  private async evaluate(id: string, request: EvaluationRequest): Promise<EvaluationOutcome> {
    try {
      return await this.startUntilHeard(id, request);
    } catch (thrown) {
      const active = this.active.get(id);
      const error = AssayError.from(active?.isCancelled ? new AssayError('cancelled') : thrown).toJSON();
      const ended = active?.isCancelled ? active.runs.cancelAll() : active?.runs.failAll(error);
      for (const event of ended ?? []) active?.onEvent(event);
      const errors = active?.isCancelled ? [] : [reportError(error, null, null)];
      return { report: { version: 1, runs: [], comparisons: [], expectations: [], errors }, exitCode: active?.isCancelled ? 130 : 3 };
    } finally {
      this.active.delete(id);
    }
  }

  /** An evaluation that waited behind one that had to be ended with its process is started again. */
  private async startUntilHeard(id: string, request: EvaluationRequest): Promise<EvaluationOutcome> {
    for (;;) {
      const living = this.alive();
      try {
        return await this.ask(startRequest, { id, request }, living);
      } catch (error) {
        const active = this.active.get(id);
        const waited = this.deaf.has(await living) && active?.isCancelled === false && !active.hasBegun;
        if (!waited) throw error;
      }
    }
  }

  /** An evaluator that does not hear it within a second is stuck in something it will not come out of, and is ended. */
  private async cancel(id: string): Promise<void> {
    const active = this.active.get(id);
    const living = await this.living?.catch(() => null);
    if (active === undefined || living === null || living === undefined) return;
    active.isCancelled = true;
    const heard = living.connection.sendRequest(cancelRequest, { id }).then(() => true, () => true);
    // Once the cancel is heard, nothing waits for the rest of that time.
    const wait = this.options.wait ?? ((milliseconds: number) => sleep(milliseconds, undefined, { ref: false }));
    if (await Promise.race([heard, wait(this.options.cancelHeard ?? CANCEL_HEARD_MS).then(() => false)])) return;
    this.deaf.add(living);
    living.worker.kill();
  }

  private inspect<Name extends keyof Inspections>(name: Name, args: Parameters<Inspections[Name]>): ReturnType<Inspections[Name]> {
    return this.ask(inspectRequest, { name, args } as InspectParams) as ReturnType<Inspections[Name]>;
  }

  private async ask<P, R>(type: RequestType<P, R, void>, params: P, asked = this.alive()): Promise<R> {
    this.asked++;
    let living: Living | null = null;
    try {
      living = await asked;
      return await Promise.race([living.connection.sendRequest<R>(type.method, params), living.died]);
    } catch (error) {
      if (error instanceof ResponseError && error.data !== undefined) throw AssayError.fromJSON(error.data as SerializedError);
      // A connection closes just before the exit is reported, which says more.
      if (!(error instanceof AssayError) && living !== null && this.living !== asked) return await living.died;
      throw error;
    } finally {
      this.asked--;
    }
  }

  private alive(): Promise<Living> {
    const setting = this.options.nodeSetting?.() ?? '';
    if (this.living !== null && setting !== this.nodeSetting && this.asked === 0) void this.dispose();
    if (this.living !== null) return this.living;
    this.nodeSetting = setting;
    const starting = this.fork(() => this.forget(starting));
    this.living = starting;
    starting.catch(() => this.forget(starting));
    return starting;
  }

  private forget(living: Promise<Living>): void {
    if (this.living === living) this.living = null;
  }

  private async fork(gone: () => void): Promise<Living> {
    const node = await this.options.chooseNode?.();
    const worker = new WorkerProcess<object, object>({ script: this.options.entry, onLine: this.options.log, ...(node !== undefined && { node }) });
    const connection = createMessageConnection(new IPCMessageReader(worker.child), new IPCMessageWriter(worker.child));
    connection.onRequest(permitRequest, (question) => this.options.permit?.(question) ?? false);
    connection.onRequest(variableRequest, ({ name }) => process.env[name] ?? null);
    connection.onNotification(eventsNotification, ({ id, events }) => {
      const active = this.active.get(id);
      if (active === undefined) return;
      active.hasBegun = true;
      for (const event of events) {
        active.runs.see(event);
        active.onEvent(event);
      }
    });
    const died = worker.ended.then((end) => {
      gone();
      connection.dispose();
      throw endError(end);
    });
    died.catch(() => undefined);
    connection.listen();
    return { worker, connection, died };
  }
}

async function retire(living: Promise<Living>): Promise<void> {
  const ending = await living.catch(() => null);
  ending?.connection.dispose();
  await ending?.worker.end();
}

function endError(end: WorkerEnd): AssayError {
  if (end.kind === 'not-started') return new AssayError('evaluator-not-started', { node: end.node, detail: end.detail });
  return new AssayError('evaluator-died', { cause: end.cause });
}
