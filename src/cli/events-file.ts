import { appendFileSync } from 'node:fs';
import { AssayError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';

/** `--events`: every event as one JSON line, while it happens. */
export class EventsFile {
  private broken: AssayError | null = null;

  /** Throws AssayError `cannot-write` at once: without its events a run may be worth nothing to who asked for them. */
  constructor(private readonly file: string) {
    this.append('');
    if (this.broken !== null) throw this.broken;
  }

  /** What ended the file before the run; the run goes on without it. */
  get failure(): AssayError | null {
    return this.broken;
  }

  write(event: RunEvent): void {
    if (this.broken === null) this.append(`${JSON.stringify(event)}\n`);
  }

  private append(text: string): void {
    try {
      appendFileSync(this.file, text);
    } catch (error) {
      this.broken = new AssayError('cannot-write', { path: this.file, detail: (error as Error).message }, { file: this.file }, { cause: error });
    }
  }
}
