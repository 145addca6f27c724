import { AssayError } from '../../protocol/errors';
import type { PlannedBatch } from './batches';
import type { ModelProcess } from './model-process';
import type { ScoreJob } from './score-job';

/** Batches the model process holds: one that runs and two that wait, so that it is never idle and a cancel is quick. */
const MOST_IN_FLIGHT = 3;

/** Feeds a model process with the batches of jobs, the first job first; a later one that is encoded fills the gaps. */
export class BatchQueue {
  private jobs: ScoreJob[] = [];
  private inFlight = 0;

  constructor(private readonly process: Pick<ModelProcess, 'score' | 'cancel'>) {}

  add(job: ScoreJob): void {
    this.jobs.push(job);
  }

  /** Forgets a job that nobody waits for any more. What the process still does for it is stopped, unless it serves another one too. */
  drop(job: ScoreJob): void {
    if (!this.jobs.includes(job)) return;
    this.jobs = this.jobs.filter((other) => other !== job && other.isOpen);
    if (this.jobs.length === 0) this.process.cancel();
    this.pump();
  }

  /** Sends what can be sent. To be called when a job has new batches. */
  pump(): void {
    while (this.inFlight < MOST_IN_FLIGHT) {
      const next = this.takeNext();
      if (next === undefined) return;
      this.inFlight++;
      void this.run(next.job, next.batch);
    }
  }

  private takeNext(): { job: ScoreJob; batch: PlannedBatch } | undefined {
    for (const job of this.jobs) {
      const batch = job.next();
      if (batch !== undefined) return { job, batch };
    }
    return undefined;
  }

  private async run(job: ScoreJob, batch: PlannedBatch): Promise<void> {
    try {
      job.take(batch, await this.process.score(batch.rows));
    } catch (error) {
      job.fail(AssayError.from(error));
    }
    this.inFlight--;
    this.pump();
  }
}
