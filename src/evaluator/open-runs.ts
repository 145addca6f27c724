/** Runs an evaluation has announced and not ended: what has to be reported as failed when its process dies. */
import type { SerializedError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';

export class OpenRuns {
  private readonly open = new Map<string, RunEvent>();

  see(event: RunEvent): void {
    if (event.type === 'planned') this.open.set(event.run, event);
    const ended = event.type === 'finished' || event.type === 'cancelled' || (event.type === 'failed' && event.task === null);
    if (ended) this.open.delete(event.run);
  }

  failAll(error: SerializedError): RunEvent[] {
    const events = [...this.open.values()].map(
      ({ run, evaluation, checkpoint }): RunEvent => ({
        type: 'failed',
        run,
        evaluation,
        checkpoint,
        time: new Date().toISOString(),
        task: null,
        error,
        resumable: true,
      }),
    );
    this.open.clear();
    return events;
  }
}
