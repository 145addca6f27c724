/**
 * The reader process as evaluations and the editor hold it: started when it is first asked, again after it has died. Requests
 * are answered one after the other; one that takes too long, or too much memory, costs this process and nothing else.
 */
import { adoptRows } from '../dataset/row-store';
import type { ReadRows } from '../dataset/rows';
import { newSpoolPath, removeSpool } from '../dataset/spool';
import { WorkerProcess } from '../processes/worker-process';
import { AssayError } from '../protocol/errors';
import type { AnswerOf, FromReader, ParamsOf, ReaderRequest, ToReader } from './requests';

export type ReaderOptions = {
  /** dist/reader.js */
  readonly script: string;
  /** The Node that runs it; see processes/node-chooser.ts. Default: the one that runs this process. */
  readonly node?: string;
  /** What the process may take, all together. Default: 2560. */
  readonly megabytes?: number;
};

/** How long a request may take. `silence`: without a word from the process that it goes on; `total`: in all. Seconds. */
export type Budget = { readonly silence?: number; readonly total?: number };

export type AskOptions = {
  readonly budget?: Budget;
  /** Ends the request; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** The file that errors name where the process did not say which one it was at. */
  readonly file: string;
};

const MEGABYTES = 2560;
/** JavaScript's heap is a part of it; the rest is for buffers. */
const HEAP_SHARE = 0.6;
const ROWS_BUDGET: Budget = { silence: 30 };

export class ReaderProcess {
  private worker: WorkerProcess<ToReader, FromReader> | null = null;
  private receive: (message: FromReader) => void = () => undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly options: ReaderOptions) {}

  /** As `readRows` of dataset/, and rejects with `took-too-long` or `reader-died` for this split alone. */
  readonly readRows: ReadRows = async (source, split, { limit, signal }) => {
    const into = newSpoolPath();
    const file = source.dataFiles?.[split]?.[0] ?? source.path;
    try {
      return adoptRows(into, await this.ask('rows', { source, split, limit, into }, { budget: ROWS_BUDGET, signal, file }));
    } catch (error) {
      removeSpool(into);
      throw error;
    }
  };

  /** Rejects with the AssayError that the handler gave, with `took-too-long` or `reader-died`, or with the signal's reason. */
  async ask<Name extends ReaderRequest>(name: Name, params: ParamsOf<Name>, options: AskOptions): Promise<AnswerOf<Name>> {
    const { signal } = options;
    const answer = this.queue.then(() => this.answer({ name, params } as ToReader, options));
    this.queue = answer.catch(() => undefined);
    if (signal === undefined) return (await answer) as AnswerOf<Name>;
    // A request that waits for others is given up at once.
    let giveUp = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => (giveUp = () => reject(signal.reason as Error)));
    signal.addEventListener('abort', giveUp);
    try {
      return (await Promise.race([answer, aborted])) as AnswerOf<Name>;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the process; requests that wait are rejected. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { worker } = this;
    if (worker === null) return;
    keepAlive(worker, true);
    worker.kill();
    await worker.ended;
  }

  private async answer(request: ToReader, { budget = {}, signal, file }: AskOptions): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.isClosed) throw new AssayError('reader-died', { what: file, cause: 'it was closed' }, { file });
    const worker = (this.worker ??= this.start());
    const watch = new Watch(budget, signal, () => worker.kill());
    let at: string = file;
    try {
      const said = new Promise<FromReader>((resolve) => {
        this.receive = (message) => {
          if (message.type !== 'progress') return resolve(message);
          at = message.file ?? at;
          watch.heard();
        };
      });
      keepAlive(worker, true);
      worker.send(request);
      const message = await Promise.race([said, worker.ended]);
      if ('type' in message) {
        if (message.type === 'error') throw AssayError.fromJSON(message.error);
        return message.type === 'answer' ? message.answer : undefined;
      }
      signal?.throwIfAborted();
      if (watch.seconds !== null) throw new AssayError('took-too-long', { what: at, seconds: watch.seconds }, { file: at });
      const cause = message.kind === 'died' ? message.cause : message.detail;
      throw new AssayError('reader-died', { what: at, cause }, { file: at });
    } finally {
      watch.stop();
      keepAlive(worker, false);
    }
  }

  private start(): WorkerProcess<ToReader, FromReader> {
    const { script, node, megabytes = MEGABYTES } = this.options;
    const worker = new WorkerProcess<ToReader, FromReader>({
      script,
      heapMegabytes: Math.round(megabytes * HEAP_SHARE),
      environment: { ASSAY_READER_MEGABYTES: String(megabytes) },
      ...(node !== undefined && { node }),
    });
    worker.onMessage((message) => this.receive(message));
    void worker.ended.then(() => {
      if (this.worker === worker) this.worker = null;
    });
    return worker;
  }
}

/** A process that has nothing to do does not keep its parent from ending. */
function keepAlive({ child }: WorkerProcess<ToReader, FromReader>, busy: boolean): void {
  const holds: readonly unknown[] = [child, child.channel, child.stderr];
  for (const hold of holds as ({ ref?: () => void; unref?: () => void } | null | undefined)[]) {
    if (busy) hold?.ref?.();
    else hold?.unref?.();
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
    this.silence = this.after(budget.silence);
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
