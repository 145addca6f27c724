/** Where text goes: results to stdout, all else to stderr, one line for each problem. */
import { isAbsolute } from 'node:path';
import { AssayError } from '../protocol/errors';
import type { ReportedError } from '../protocol/results';

class Output {
  verbose = false;
  private broken = false;

  /** Something meant for stdout did not get there, and somebody wanted it. */
  get isBroken(): boolean {
    return this.broken;
  }

  /** Errors of the two streams arrive as events. A reader that has seen enough (`| head`) is none. */
  watchStreams(): void {
    process.stderr.on('error', () => undefined);
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || this.broken) return;
      this.broken = true;
      this.error(new AssayError('cannot-write', { path: 'stdout', detail: error.message }));
    });
  }

  out(text: string): void {
    process.stdout.write(text);
  }

  json(value: unknown): void {
    this.out(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A line of its own on stderr. */
  problem(text: string): void {
    if (text !== '') process.stderr.write(`${text}\n`);
  }

  /** What commander has to say: an error in one line, help as it is laid out. */
  usage(text: string): void {
    this.problem(text.startsWith('error:') ? oneLine(text) : text);
  }

  error(error: AssayError): void {
    const { file, tensor, line } = error.place;
    const where = file === undefined || error.message.includes(file) ? '' : ` (${file}${line === undefined ? '' : `:${line}`}${tensor === undefined ? '' : `, ${tensor}`})`;
    this.problem(`error: ${oneLine(error.message)}${where}`);
    if (this.verbose) this.problem(stackOf(error));
  }

  reported({ checkpoint, task, message, file, line }: ReportedError): void {
    const what = [checkpoint, task].filter((part) => part !== null && !(isAbsolute(part) && message.includes(part))).join(', ');
    const where = file === null || message.includes(file) ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
    this.problem(`error: ${what === '' ? '' : `${what}: `}${oneLine(message)}${where}`);
  }

  /** The JSON document of a command that failed before it had anything to say. */
  jsonFailure(command: string, code: string, message: string, file?: string): void {
    const errors = [{ checkpoint: null, task: null, code, message, file: file ?? null }];
    if (command === 'run') this.json({ version: 1, runs: [], comparisons: [], expectations: [], errors });
    else if (command === 'compare') this.json({ version: 1, comparisons: [], errors });
    else this.json({ errors });
  }
}

export const output = new Output();

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

function stackOf(error: AssayError): string {
  const { cause } = error;
  return (cause instanceof Error ? cause.stack : error.stack) ?? '';
}
