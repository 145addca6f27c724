/** Progress on a terminal: one line that is rewritten; elsewhere a line now and then. */
import { formatDuration } from '../protocol/duration';
import { plainText } from '../protocol/plain-text';
import type { RunEvent } from '../protocol/events';

const PLAIN_INTERVAL_MS = 5_000;

export class ProgressLine {
  private shown = false;
  private lastPlain = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly quiet: boolean,
  ) {}

  show(event: RunEvent): void {
    if (this.quiet || (event.type !== 'progress' && event.type !== 'downloading')) return;
    const text = event.type === 'progress' ? progressText(event) : downloadText(event);
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[K${text.slice(0, (this.stream.columns || 80) - 1)}`);
      this.shown = true;
      return;
    }
    const now = Date.now();
    if (now - this.lastPlain < PLAIN_INTERVAL_MS && event.done < event.total) return;
    this.lastPlain = now;
    this.stream.write(`${text}\n`);
  }

  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
  }
}

/** `nyu-mll/glue  61 %  1.2/2.0 MB  sst2/train-00000-of-00001.parquet` */
export function downloadText({ dataset, file, done, total }: Extract<RunEvent, { type: 'downloading' }>): string {
  const share = total === 0 ? 100 : Math.floor((100 * done) / total);
  return `${plainText(dataset, 100)}  ${share} %  ${(done / 1e6).toFixed(1)}/${(total / 1e6).toFixed(1)} MB  ${plainText(file, 80)}`;
}

/** `model-a  sst2  61 %  532/872 documents  3919 tokens/s  42 s left` */
export function progressText(event: Extract<RunEvent, { type: 'progress' }>): string {
  const share = event.total === 0 ? 100 : Math.floor((100 * event.done) / event.total);
  const left = event.remaining === null || event.done >= event.total ? '' : `  ${formatDuration(event.remaining)} left`;
  const [checkpoint, task] = [event.checkpoint, event.task].map((name) => plainText(name, 80));
  return `${checkpoint}  ${task}  ${share} %  ${event.done}/${event.total} documents  ${event.tokens_per_second} tokens/s${left}`;
}
