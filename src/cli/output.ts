/**
 * Where text goes: results to stdout, all else to stderr, one line for each problem. Nothing else writes there, and what is written
 * steers no terminal: names, model types and documents are other people's.
 */
import { isAbsolute } from 'node:path';
import { AssayError } from '../protocol/errors';
import { plainText } from '../protocol/plain-text';
import type { ReportedError } from '../protocol/results';

/** A line holds a whole message, with paths; longer ones are cut. */
const MOST_IN_LINE = 8192;

class Output {
  verbose = false;
  private broken = false;
  private printed = false;
  private readerGone: () => void = () => undefined;

  /** Something meant for stdout did not get there, and somebody wanted it. */
  get isBroken(): boolean {
    return this.broken;
  }

  /** Errors of the two streams arrive as events. A reader that has seen enough (`| head`) is none. */
  watchStreams(): void {
    process.stderr.on('error', () => undefined);
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') this.readerGone();
      if (error.code === 'EPIPE' || this.broken) return;
      this.broken = true;
      this.error(new AssayError('cannot-write', { path: 'stdout', detail: error.message }));
    });
  }

  /** `leave`: told when the reader of stdout has seen enough, for a command that would otherwise go on without end. */
  onReaderGone(leave: () => void): void {
    this.readerGone = leave;
  }

  /** A line of its own on stdout. */
  line(text: string): void {
    process.stdout.write(`${oneLine(text)}\n`);
  }

  /** Text whose line ends are meant: a table, a document, help. */
  text(text: string): void {
    process.stdout.write(harmless(text));
  }

  /** The JSON document of the command is on stdout. */
  get hasPrinted(): boolean {
    return this.printed;
  }

  json(value: unknown): void {
    this.printed = true;
    process.stdout.write(`${escapedUnseen(JSON.stringify(value, null, 2))}\n`);
  }

  /** A value as one line of JSON. */
  jsonLine(value: unknown): void {
    process.stdout.write(`${escapedUnseen(JSON.stringify(value))}\n`);
  }

  /** A line of its own on stderr. */
  problem(text: string): void {
    if (text !== '') process.stderr.write(`${oneLine(text)}\n`);
  }

  /** What commander has to say: an error in one line, help as it is laid out. */
  usage(text: string): void {
    if (text.startsWith('error:')) this.problem(text);
    else process.stderr.write(`${harmless(text)}\n`);
  }

  error(error: AssayError): void {
    const { file, tensor, line } = error.place;
    const where = file === undefined || error.message.includes(file) ? '' : ` (${file}${line === undefined ? '' : `:${line}`}${tensor === undefined ? '' : `, ${tensor}`})`;
    this.problem(`error: ${error.message}${where}`);
    if (this.verbose) process.stderr.write(`${harmless(stackOf(error))}\n`);
  }

  reported({ checkpoint, task, message, file, line }: ReportedError): void {
    const what = [checkpoint, task].filter((part) => part !== null && !(isAbsolute(part) && message.includes(part))).join(', ');
    const where = file === null || message.includes(file) ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
    this.problem(`error: ${what === '' ? '' : `${what}: `}${message}${where}`);
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

/** As one line: a line end in a name must not begin a line that looks like ours. */
export function oneLine(text: string): string {
  return plainText(text.replace(/\s*\n\s*/g, ' '), MOST_IN_LINE);
}

function harmless(text: string): string {
  return text.split('\n').map((line) => plainText(line, Math.max(MOST_IN_LINE, line.length))).join('\n');
}

/** What a terminal might obey or hide and JSON need not escape: DEL and C1 controls, line separators, marks of direction. */
const UNSEEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escapedUnseen(json: string): string {
  return json.replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function stackOf(error: AssayError): string {
  const { cause } = error;
  return (cause instanceof Error ? cause.stack : error.stack) ?? '';
}
