import { AssayError } from '../../protocol/errors';
import type { ModelProcess } from './model-process';

/** Batches the model process holds: one that runs and two that wait, so that it is never idle and a cancel is quick. */
const MOST_IN_FLIGHT = 3;

/** A block of requests that is answered batch by batch. */
export interface BatchJob {
  /** Still somebody's: neither finished nor failed nor left. */
  readonly isOpen: boolean;
  /** Begins the next batch; undefined while there is none. Resolves when what it gave is taken. */
  start(process: BatchProcess): Promise<void> | undefined;
  fail(error: AssayError): void;
}

/** What jobs ask of a model process. */
export type BatchProcess = Pick<ModelProcess, 'score' | 'pool'>;

/** Feeds a model process with the batches of jobs, the first job first; a later one that is encoded fills the gaps. */
export class BatchQueue {
  private jobs: BatchJob[] = [];
  private inFlight = 0;

  constructor(private readonly process: BatchProcess & Pick<ModelProcess, 'cancel'>) {}

  add(job: BatchJob): void {
    this.jobs.push(job);
  }

  /** Forgets a job that nobody waits for any more. What the process still does for it is stopped, unless it serves another one too. */
  drop(job: BatchJob): void {
    if (!this.jobs.includes(job)) return;
    this.jobs = this.jobs.filter((other) => other !== job && other.isOpen);
    if (this.jobs.length === 0) this.process.cancel();
    this.pump();
  }

  /** Sends what can be sent. To be called when a job has new batches. */
  pump(): void {
    while (this.inFlight < MOST_IN_FLIGHT) {
      const started = this.startNext();
      if (started === undefined) return;
      this.inFlight++;
      void this.follow(started.job, started.batch);
    }
  }

  private startNext(): { readonly job: BatchJob; readonly batch: Promise<void> } | undefined {
    for (const job of this.jobs) {
      const batch = job.start(this.process);
      if (batch !== undefined) return { job, batch };
    }
    return undefined;
  }

  private async follow(job: BatchJob, batch: Promise<void>): Promise<void> {
    try {
      await batch;
    } catch (error) {
      job.fail(AssayError.from(error));
    }
    this.inFlight--;
    this.pump();
  }
}
