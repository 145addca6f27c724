/** The evaluator as the editor holds it: a forked process, started on first use and again after it died. */
import { type ChildProcess, fork } from 'node:child_process';
import {
  createMessageConnection, IPCMessageReader, IPCMessageWriter, type MessageConnection, type RequestType, ResponseError,
} from 'vscode-jsonrpc/node';
import type {
  CompareOutcome, EvaluationHandle, EvaluationOutcome, EvaluationRequest, EvaluatorClient, Preview, PreviewRequest, ScoredText, ScoreTextsRequest,
} from '../protocol/commands';
import { AssayError, type SerializedError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';
import { reportError } from '../protocol/results';
import { newEvaluationId } from './evaluation-id';
import { OpenRuns } from './open-runs';
import {
  cancelNotification, compareRequest, eventsNotification, previewRequest, replayRequest, scoreRequest, startRequest,
} from './rpc';

export type ForkOptions = {
  /** dist/evaluator.js */
  readonly entry: string;
  /** A real Node for evaluator and model processes; default: this process's own executable. */
  readonly nodePath?: string;
  /** Lines the evaluator writes to stdout or stderr. */
  readonly log: (line: string) => void;
};

export function forkEvaluator(options: ForkOptions): EvaluatorClient {
  return new ForkedEvaluator(options);
}

/** `died` rejects when the process ends. */
type Living = { readonly child: ChildProcess; readonly connection: MessageConnection; readonly died: Promise<never> };
type Active = { readonly onEvent: (event: RunEvent) => void; readonly runs: OpenRuns };

class ForkedEvaluator implements EvaluatorClient {
  private living: Living | null = null;
  private readonly active = new Map<string, Active>();

  constructor(private readonly options: ForkOptions) {}

  start(request: EvaluationRequest, onEvent: (event: RunEvent) => void): EvaluationHandle {
    const id = newEvaluationId(new Date());
    this.active.set(id, { onEvent, runs: new OpenRuns() });
    return { id, outcome: this.evaluate(id, request), cancel: () => void this.living?.connection.sendNotification(cancelNotification, { id }) };
  }

  compare(runA: string, runB: string): Promise<CompareOutcome> {
    return this.ask(compareRequest, { runA, runB });
  }

  replay(runFolder: string): Promise<readonly RunEvent[]> {
    return this.ask(replayRequest, { runFolder });
  }

  score(request: ScoreTextsRequest): Promise<readonly ScoredText[]> {
    return this.ask(scoreRequest, request);
  }

  preview(request: PreviewRequest): Promise<Preview> {
    return this.ask(previewRequest, request);
  }

  async dispose(): Promise<void> {
    const { living } = this;
    this.living = null;
    if (living === null) return;
    const gone = new Promise((resolve) => living.child.once('exit', resolve));
    living.connection.dispose();
    // The evaluator ends when its channel closes; one that does not is killed.
    if (living.child.connected) living.child.disconnect();
    const timer = setTimeout(() => living.child.kill('SIGKILL'), 1_000);
    await gone;
    clearTimeout(timer);
  }

  private async evaluate(id: string, request: EvaluationRequest): Promise<EvaluationOutcome> {
    try {
      return await this.ask(startRequest, { id, request });
    } catch (thrown) {
      const error = AssayError.from(thrown).toJSON();
      const active = this.active.get(id);
      for (const event of active?.runs.failAll(error) ?? []) active?.onEvent(event);
      return { report: { version: 1, runs: [], comparisons: [], expectations: [], errors: [reportError(error, null, null)] }, exitCode: 3 };
    } finally {
      this.active.delete(id);
    }
  }

  private async ask<P, R>(type: RequestType<P, R, void>, params: P): Promise<R> {
    const living = (this.living ??= this.fork());
    try {
      return await Promise.race([living.connection.sendRequest<R>(type.method, params), living.died]);
    } catch (error) {
      if (error instanceof ResponseError && error.data !== undefined) throw AssayError.fromJSON(error.data as SerializedError);
      // A connection closes just before the exit is reported, which says more.
      if (!(error instanceof AssayError) && this.living !== living) return await living.died;
      throw error;
    }
  }

  private fork(): Living {
    const child = fork(this.options.entry, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...withoutEditor(process.env), ELECTRON_RUN_AS_NODE: '1', ...(this.options.nodePath && { ASSAY_NODE_PATH: this.options.nodePath }) },
      ...(this.options.nodePath && { execPath: this.options.nodePath }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => text.split('\n').filter(Boolean).forEach(this.options.log));
    }
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.onNotification(eventsNotification, ({ id, events }) => {
      const active = this.active.get(id);
      for (const event of events) {
        active?.runs.see(event);
        active?.onEvent(event);
      }
    });
    const died = new Promise<never>((_, reject) => {
      child.once('exit', (code, signal) => reject(new AssayError('evaluator-died', { cause: signal ?? `exit code ${code ?? '?'}` })));
      child.once('error', (error) => reject(new AssayError('evaluator-died', { cause: error.message })));
    });
    const living = { child, connection, died };
    died.catch(() => {
      if (this.living === living) this.living = null;
      connection.dispose();
    });
    connection.listen();
    return living;
  }
}

/** Variables of the editor and of a debugger attached to it do not reach the evaluator. */
function withoutEditor(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$)/.test(name)));
}
