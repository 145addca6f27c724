/** Runs an evaluation has announced and not ended: what has to be reported as ended when its process dies. */
import type { SerializedError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';

type Open = { readonly evaluation: string; readonly checkpoint: string; done: number; total: number };
type Ending = Pick<RunEvent & { type: 'failed' }, 'type' | 'task' | 'error' | 'resumable'> | Pick<RunEvent & { type: 'cancelled' }, 'type' | 'done' | 'total'>;

export class OpenRuns {
  private readonly open = new Map<string, Open>();

  see(event: RunEvent): void {
    if (event.type === 'planned') {
      const { evaluation, checkpoint, documents } = event;
      this.open.set(event.run, { evaluation, checkpoint, done: 0, total: documents });
    }
    if (event.type === 'progress') Object.assign(this.open.get(event.run) ?? {}, { done: event.done, total: event.total });
    const ended = event.type === 'finished' || event.type === 'cancelled' || (event.type === 'failed' && event.task === null);
    if (ended) this.open.delete(event.run);
  }

  failAll(error: SerializedError): RunEvent[] {
    return this.endAll(() => ({ type: 'failed', task: null, error, resumable: true }));
  }

  cancelAll(): RunEvent[] {
    return this.endAll(({ done, total }) => ({ type: 'cancelled', done, total }));
  }

  private endAll(ending: (run: Open) => Ending): RunEvent[] {
    const time = new Date().toISOString();
    const events = [...this.open].map(([run, open]) => ({ run, evaluation: open.evaluation, checkpoint: open.checkpoint, time, ...ending(open) }));
    this.open.clear();
    return events;
  }
}
