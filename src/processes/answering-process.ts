import type { SerializedError } from '../protocol/errors';
import { AssayError } from '../protocol/errors';
import { WorkerProcess, type WorkerOptions } from './worker-process';

/** How long a request may take. `silence`: without a word from the process that it goes on; `first`: up to its first word, where that is another time; `total`: in all. Seconds. */
export type Budget = { readonly silence?: number; readonly first?: number; readonly total?: number };

/** What such a process says. An answer or an error ends the request; `progress` tells that work goes on, and at what where that is known. */
export type Said<Answer> =
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'error'; readonly error: SerializedError }
  | { readonly type: 'progress'; readonly at: string | null };

/** A request whose process ended before it answered. */
export class RequestLost extends Error {
  constructor(
    /** The budget that was passed, in seconds, or the cause of a death as one line. */
    readonly reason: { readonly seconds: number } | { readonly cause: string },
    /** What the process said last that it was at; undefined: nothing was heard of it. */
    readonly at: string | null | undefined,
  ) {
    super('seconds' in reason ? `no answer within ${reason.seconds} s` : reason.cause);
  }
}

/**
 * A process that answers requests one after the other: started when it is first asked, again after it has died. A request that takes
 * too long, or more memory than there is, costs this process and nothing else.
 */
export class AnsweringProcess<Request extends object, Answer> {
  private worker: WorkerProcess<Request, Said<Answer>> | null = null;
  private receive: (message: Said<Answer>) => void = () => undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  private started = 0;

  constructor(private readonly options: WorkerOptions) {}

  /** How often it was started so far. */
  get starts(): number {
    return this.started;
  }

  /** Of the process that is there now, if one is. */
  get processId(): number | undefined {
    return this.worker?.processId;
  }

  /** Rejects with the AssayError that the process gave, with RequestLost where it ended, or with the signal's reason. */
  async ask(request: Request, budget: Budget = {}, signal?: AbortSignal): Promise<Answer> {
    const answer = this.queue.then(() => this.answer(request, budget, signal));
    this.queue = answer.catch(() => undefined);
    if (signal === undefined) return answer;
    // A request that waits for others is given up at once.
    let giveUp = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => (giveUp = () => reject(signal.reason as Error)));
    signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([answer, aborted]);
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the process; requests that wait are rejected. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { worker } = this;
    if (worker === null) return;
    worker.keepsAlive(true);
    worker.kill();
    await worker.ended;
  }

  private async answer(request: Request, budget: Budget, signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted();
    if (this.isClosed) throw new RequestLost({ cause: 'it was closed' }, undefined);
    const worker = (this.worker ??= this.start());
    const watch = new Watch(budget, signal, () => worker.kill());
    let at: string | null | undefined;
    try {
      const said = new Promise<Exclude<Said<Answer>, { type: 'progress' }>>((resolve) => {
        this.receive = (message) => {
          if (message.type !== 'progress') return resolve(message);
          at = message.at ?? at ?? null;
          watch.heard();
        };
      });
      worker.keepsAlive(true);
      worker.send(request);
      const message = await Promise.race([said, worker.ended]);
      if ('type' in message) {
        if (message.type === 'error') throw AssayError.fromJSON(message.error);
        return message.answer;
      }
      signal?.throwIfAborted();
      if (watch.seconds !== null) throw new RequestLost({ seconds: watch.seconds }, at);
      throw new RequestLost({ cause: message.kind === 'died' ? message.cause : message.detail }, at);
    } finally {
      watch.stop();
      worker.keepsAlive(false);
    }
  }

  private start(): WorkerProcess<Request, Said<Answer>> {
    const worker = new WorkerProcess<Request, Said<Answer>>(this.options);
    this.started++;
    worker.onMessage((message) => this.receive(message));
    void worker.ended.then(() => {
      if (this.worker === worker) this.worker = null;
    });
    return worker;
  }
}

/** Ends a request whose time is up or that is cancelled. */
class Watch {
  /** The budget that was passed, once it was. */
  seconds: number | null = null;
  private silence: NodeJS.Timeout | undefined;
  private readonly total: NodeJS.Timeout | undefined;

  constructor(
    private readonly budget: Budget,
    private readonly signal: AbortSignal | undefined,
    private readonly end: () => void,
  ) {
    this.total = this.after(budget.total);
    this.silence = this.after(budget.first ?? budget.silence);
    signal?.addEventListener('abort', end);
  }

  heard(): void {
    clearTimeout(this.silence);
    this.silence = this.after(this.budget.silence);
  }

  stop(): void {
    clearTimeout(this.silence);
    clearTimeout(this.total);
    this.signal?.removeEventListener('abort', this.end);
  }

  private after(seconds: number | undefined): NodeJS.Timeout | undefined {
    if (seconds === undefined) return undefined;
    return setTimeout(() => {
      this.seconds = seconds;
      this.end();
    }, seconds * 1000);
  }
}
