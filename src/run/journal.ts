/**
 * journal.jsonl: the truth about a run. The first line describes the run and is written once; then one line for every
 * answered request, before it is shown. A line torn by a kill, and answers of a document that is not whole, are cut off before anything is appended.
 */
import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import type { ModelRequest, ModelResponse, ScorePiece } from '../model/request';
import { TextBytes } from '../files/text-bytes';
import { openNew, writeFully } from '../files/write-whole';
import { AssayError } from '../protocol/errors';
import type { AnsweredDocument } from './answered-document';
import { answerLine, type JournalEntry, parseEntry, pieceLine } from './journal-line';
import { type LinePlace, linesAt } from './lines-at';
import { turn } from './turn';

export type PlacedEntry = JournalEntry & { readonly place: LinePlace };

const PIECE = 1 << 20;
/** No line this program writes comes near: long texts are written in pieces. */
const LONGEST_LINE = 256 << 20;
/** Lines between two looks at the signal and at other work. */
const LINES_AT_ONCE = 500;

const NO_FOLLOW = (constants.O_NOFOLLOW as number | undefined) ?? 0;
const NO_WAIT = (constants.O_NONBLOCK as number | undefined) ?? 0;

/** A journal that is read in pieces, however long it is. Only plain files; never through a link. */
export class JournalReader {
  private constructor(
    private readonly file: string,
    private readonly descriptor: number,
    readonly header: unknown,
    private readonly start: number,
    /** Length of the file when it was opened. */
    private readonly end: number,
  ) {}

  /** Throws AssayError `broken-journal` where there is none, or its first line is none. */
  static open(file: string): JournalReader {
    let descriptor: number;
    try {
      descriptor = openSync(file, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
    } catch (error) {
      throw new AssayError('broken-journal', { file }, { file }, { cause: error });
    }
    try {
      const found = fstatSync(descriptor);
      if (!found.isFile()) throw broken(file, 1);
      const [first] = lines(descriptor, 0, found.size, file);
      const header = first === undefined ? null : parseHeader(first.text);
      if (first === undefined || header === null) throw broken(file, 1);
      return new JournalReader(file, descriptor, header, first.length + 1, found.size);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /**
   * Its entries in order, with their lines' places, up to the last whole document; the event loop is left free in between.
   * Returns the bytes they take: where to go on. Rejects with `broken-journal` at a line that is none, and with `cancelled`.
   */
  async *entries(signal: AbortSignal): AsyncGenerator<PlacedEntry, number> {
    // Pieces that were read of a text count by themselves; answers only when their document is whole.
    let waiting: PlacedEntry[] = [];
    let valid = this.start;
    let line = 1;
    for (const { text, offset, length } of lines(this.descriptor, this.start, this.end, this.file)) {
      line++;
      if (line % LINES_AT_ONCE === 0) {
        await turn(signal);
      }
      const entry = parseEntry(text);
      if (entry === null) throw broken(this.file, line);
      waiting.push({ ...entry, place: { offset, length } });
      if (entry.kind === 'answer' && entry.document === null) continue;
      yield* waiting;
      waiting = [];
      valid = offset + length + 1;
    }
    return valid;
  }

  /** Lines by their places (lines-at.ts). */
  linesAt(places: readonly LinePlace[]): Iterable<readonly [position: number, line: Buffer]> {
    return linesAt(this.descriptor, places);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Between two times that what was written is forced to the disk: a kill loses nothing, a power cut at most so much. */
const SYNC_EVERY_MS = 1_000;

/** The only writer of a journal. Lines wait until `flush`, which hands them to the system in one write. */
export class JournalWriter {
  private broken: AssayError | null = null;
  private closed = false;
  private readonly waiting = new TextBytes();
  private lastSync = performance.now();

  private constructor(
    private readonly file: string,
    private readonly descriptor: number,
    /** Of the end, with the lines that wait. */
    private position: number,
    private readonly keepsText: boolean,
  ) {}

  /** Makes the file with its first line, whole on disk. Throws the system's error. */
  static describe(file: string, header: unknown): void {
    const descriptor = openNew(file);
    try {
      writeFully(descriptor, Buffer.from(`${JSON.stringify(header)}\n`, 'utf8'));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Goes on after `validBytes` (default: its end); what lies behind them is torn. `keepsText`: long texts are kept with their pieces. Throws `cannot-write`. */
  static continue(file: string, validBytes: number | null, keepsText: boolean): JournalWriter {
    try {
      const descriptor = openSync(file, constants.O_RDWR | NO_FOLLOW | NO_WAIT);
      const { size } = fstatSync(descriptor);
      const end = validBytes ?? size;
      if (end < size) ftruncateSync(descriptor, end);
      closeSync(descriptor);
      return new JournalWriter(file, openSync(file, constants.O_RDWR | constants.O_APPEND | NO_FOLLOW | NO_WAIT), end, keepsText);
    } catch (error) {
      throw new AssayError('cannot-write', { path: file, detail: (error as Error).message }, { file }, { cause: error });
    }
  }

  /**
   * Answers of one document in the order of its requests, the last of them with what is kept of it. Returns where its last line lies once it is written.
   */
  append(responses: readonly ModelResponse[], document: AnsweredDocument, requests: readonly ModelRequest[] = []): LinePlace {
    const last = responses.length - 1;
    let closing = 0;
    for (const [index, response] of responses.entries()) closing = this.add(answerLine(response, requests[index], index === last ? document : null));
    return { offset: this.position - closing, length: closing - 1 };
  }

  appendPiece(piece: ScorePiece): void {
    this.add([pieceLine(piece, this.keepsText)]);
  }

  /** Written lines by their places (lines-at.ts). */
  linesAt(places: readonly LinePlace[]): Iterable<readonly [position: number, line: Buffer]> {
    return linesAt(this.descriptor, places);
  }

  /**
   * Writes the lines that wait. Throws AssayError `cannot-write`, and from then on always: a line that was cut short has to
   * stay the last one.
   */
  flush(): void {
    if (this.broken !== null) throw this.broken;
    if (this.waiting.size === 0) return;
    this.writing(() => writeFully(this.descriptor, this.waiting.take()));
    if (performance.now() - this.lastSync >= SYNC_EVERY_MS) this.sync();
  }

  /** On disk, not only handed to the system. */
  private sync(): void {
    this.writing(() => fsyncSync(this.descriptor));
    this.lastSync = performance.now();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      if (this.broken === null) {
        this.flush();
        this.sync();
      }
    } finally {
      closeSync(this.descriptor);
    }
  }

  private add(parts: readonly string[]): number {
    let bytes = 0;
    for (const part of parts) bytes += this.waiting.add(part);
    this.position += bytes;
    return bytes;
  }

  private writing(work: () => void): void {
    if (this.broken !== null) throw this.broken;
    try {
      work();
    } catch (error) {
      this.broken = new AssayError('cannot-write', { path: this.file, detail: (error as Error).message }, { file: this.file }, { cause: error });
      throw this.broken;
    }
  }
}

type Line = { readonly text: string; readonly offset: number; readonly length: number };

/** Whole lines between two places of a file; what follows the last line end is none. */
function* lines(descriptor: number, start: number, end: number, file: string): Generator<Line> {
  let waiting: Buffer[] = [];
  let offset = start;
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, end - start));
  for (let at = start; at < end; ) {
    const read = readSync(descriptor, piece, 0, Math.min(piece.length, end - at), at);
    if (read === 0) return;
    at += read;
    let from = 0;
    for (let stop = piece.indexOf(0x0a); stop >= 0 && stop < read; stop = piece.indexOf(0x0a, from)) {
      waiting.push(piece.subarray(from, stop));
      const bytes = waiting.length === 1 ? (waiting[0] ?? piece) : Buffer.concat(waiting);
      waiting = [];
      yield { text: bytes.toString('utf8'), offset, length: bytes.length };
      offset += bytes.length + 1;
      from = stop + 1;
    }
    // The next piece is read over this one.
    if (from < read) waiting.push(Buffer.from(piece.subarray(from, read)));
    if (at - offset > LONGEST_LINE) throw broken(file, null);
  }
}

function broken(file: string, line: number | null): AssayError {
  return new AssayError('broken-journal', { file }, line === null ? { file } : { file, line });
}

function parseHeader(text: string): object | null {
  try {
    const header: unknown = JSON.parse(text);
    return typeof header === 'object' ? header : null;
  } catch {
    return null;
  }
}
