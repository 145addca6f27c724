import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from './environment';
import { causeText, exitCause } from './exit-cause';
import { LastLines } from './last-lines';
import { keepFromOrphaning } from './live-children';

export type WorkerOptions = {
  /** The bundle it runs. */
  readonly script: string;
  /** The Node that runs it; see node-chooser.ts. Default: the one that runs this process. */
  readonly node?: string;
  /** Added to what `childEnvironment` keeps. */
  readonly environment?: Readonly<Record<string, string>>;
  /** JavaScript heap in megabytes beyond which it dies. Default: Node's own limit. */
  readonly heapMegabytes?: number;
  /** Every line it writes to stdout and stderr. Default: stdout goes nowhere, of stderr the last lines are kept for the cause. */
  readonly onLine?: (line: string) => void;
};

/** How a worker ended. `cause` is one line for people: signal or exit code in words, and what it said last. */
export type WorkerEnd =
  | { readonly kind: 'not-started'; readonly node: string; readonly detail: string }
  | { readonly kind: 'died'; readonly cause: string; readonly causeCode: string; readonly code: number | null; readonly signal: NodeJS.Signals | null };

const TERMINATE_AFTER_MS = 300;
const KILL_AFTER_MS = 700;
/** How long a process that has ended may still be read. */
const LAST_WORDS_MS = 1000;

/**
 * A child process that may die: the one place that forks. It speaks in messages (typed arrays and Maps travel as such), gets
 * only the environment it needs, opens no window, and is killed when this process exits; a script calls `watchParent` to end
 * also when this process is killed.
 */
export class WorkerProcess<ToWorker extends object, FromWorker> {
  /** For a connection of its own (JSON-RPC); messages are otherwise read by `onMessage`. */
  readonly child: ChildProcess;
  /** Resolves, never rejects, when the process is gone and all it sent has been read. */
  readonly ended: Promise<WorkerEnd>;
  /** The Node that was asked to run it. */
  readonly node: string;
  private readonly stderr = new LastLines();
  private gone = false;

  constructor(options: WorkerOptions) {
    this.node = options.node ?? process.execPath;
    const { heapMegabytes, onLine } = options;
    const forkOptions: ForkOptions & { readonly windowsHide: boolean; readonly detached: boolean } = {
      execPath: this.node,
      execArgv: heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`],
      env: childEnvironment(options.environment),
      serialization: 'advanced',
      stdio: ['ignore', onLine === undefined ? 'ignore' : 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
      // Ctrl-C of a terminal goes to a whole process group: what it means is for the parent to say, also while this one still starts.
      detached: process.platform !== 'win32',
    };
    this.child = fork(options.script, [], forkOptions);
    keepFromOrphaning(this.child);
    this.child.stderr?.on('data', (chunk: Buffer) => this.stderr.add(chunk));
    if (onLine !== undefined) for (const stream of [this.child.stdout, this.child.stderr]) readLines(stream, onLine);
    this.ended = new Promise((resolve) => {
      const end = (how: WorkerEnd): void => {
        this.gone = true;
        resolve(how);
      };
      this.child.on('error', (error) => {
        if (this.child.pid === undefined) end({ kind: 'not-started', node: this.node, detail: error.message });
      });
      // Not 'close': it never comes where this side closed the channel.
      this.child.once('exit', (code, signal) => void this.everythingRead().then(() => end(this.deathOf(code, signal))));
    });
  }

  /** undefined if it could not be started. */
  get processId(): number | undefined {
    return this.child.pid;
  }

  get hasEnded(): boolean {
    return this.gone;
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.child.on('message', (message) => listener(message as FromWorker));
  }

  /** A message to a process that is gone goes nowhere: its end is reported by `ended`. */
  send(message: ToWorker): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  /**
   * Ends a process that does not come to what it was asked: after 300 ms by SIGTERM, after 700 ms by SIGKILL, unless `settled`
   * says by then that it did. `killing` is told before each signal.
   */
  endUnless(settled: () => boolean, killing: () => void = () => undefined): void {
    const kill = (signal: NodeJS.Signals): void => {
      if (this.gone || settled()) return;
      killing();
      this.child.kill(signal);
    };
    const timers = [setTimeout(kill, TERMINATE_AFTER_MS, 'SIGTERM'), setTimeout(kill, KILL_AFTER_MS, 'SIGKILL')];
    void this.ended.then(() => timers.forEach((timer) => clearTimeout(timer)));
  }

  /** Closes its channel, which ends it; one that stays is killed. Resolves when it is gone. */
  async end(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    this.endUnless(() => this.gone);
    await this.ended;
  }

  /** A process that has nothing to do need not keep its parent from ending. */
  keepsAlive(busy: boolean): void {
    const holds: readonly unknown[] = [this.child, this.child.channel, this.child.stderr];
    for (const hold of holds as ({ ref?: () => void; unref?: () => void } | null | undefined)[]) {
      if (busy) hold?.ref?.();
      else hold?.unref?.();
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async everythingRead(): Promise<void> {
    const closed = [this.child.stdout, this.child.stderr].map((stream) => stream === null || stream.closed || once(stream, 'close'));
    const disconnected = !this.child.connected || once(this.child, 'disconnect');
    // The timer must not keep a command from ending when all is read.
    await Promise.race([Promise.all([...closed, disconnected]), sleep(LAST_WORDS_MS, undefined, { ref: false })]);
    // A channel that stays open (somebody else inherited it, or the system never says that it closed) would keep this process.
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.destroy();
    if (this.child.connected) this.child.disconnect();
  }

  private deathOf(code: number | null, signal: NodeJS.Signals | null): WorkerEnd {
    const isElectrons = runsInElectron() && this.node === process.execPath;
    const cause = exitCause({ code, signal }, isElectrons);
    return { kind: 'died', cause: causeText(cause, this.stderr.lines), causeCode: cause.code, code, signal };
  }
}

export function runsInElectron(): boolean {
  return process.versions['electron'] !== undefined;
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let open = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (open + text).split(/\r?\n/);
    open = lines.pop() ?? '';
    lines.filter((line) => line !== '').forEach(onLine);
  });
  stream?.on('end', () => {
    if (open !== '') onLine(open);
  });
}
