/**
 * journal.jsonl: the truth about a run. The first line describes the run and is written once; then one line for every
 * answered request, before it is shown. A line torn by a kill is cut off before anything is appended.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { ScoreResponse } from '../model/language-model';
import { AssayError } from '../protocol/errors';

/** One answered request. `greedy` is a string of 0 and 1, one per scored token. */
type JournalLine = {
  readonly key: string;
  readonly kind: ScoreResponse['kind'];
  readonly ids: readonly number[];
  readonly logprobs: readonly StoredNumber[];
  readonly greedy: string;
  readonly truncated: number;
};

/** JSON has no NaN and no infinity, and a diverged checkpoint gives both. */
type StoredNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export type JournalContents<Header> = { readonly header: Header; readonly answers: ReadonlyMap<string, ScoreResponse>; readonly validBytes: number };

function toLine(response: ScoreResponse): string {
  const line: JournalLine = {
    key: response.id,
    kind: response.kind,
    ids: response.tokenIds,
    logprobs: response.tokenLogprobs.map((value) => (Number.isFinite(value) ? value : (String(value) as StoredNumber))),
    greedy: response.tokenGreedy.map((flag) => (flag ? '1' : '0')).join(''),
    truncated: response.truncated,
  };
  return `${JSON.stringify(line)}\n`;
}

function fromLine(line: JournalLine): ScoreResponse {
  const tokenGreedy = [...line.greedy].map((flag) => flag === '1');
  const tokenLogprobs = line.logprobs.map(Number);
  return {
    kind: line.kind,
    id: line.key,
    logLikelihood: tokenLogprobs.reduce((sum, value) => sum + value, 0),
    greedy: tokenGreedy.every(Boolean),
    tokenIds: line.ids,
    tokenLogprobs,
    tokenGreedy,
    truncated: line.truncated,
  };
}

/** Reads a journal up to its last whole line. Throws AssayError `broken-journal` when it is not there, or a whole line is not what this program writes. */
export function readJournal<Header>(file: string): JournalContents<Header> {
  const bytes = readBytes(file);
  const validBytes = bytes.lastIndexOf(0x0a) + 1;
  const [first, ...rest] = bytes.subarray(0, validBytes).toString('utf8').split('\n');
  const header = parseLine(first ?? '') as Header | null;
  if (header === null) throw new AssayError('broken-journal', { file }, { file, line: 1 });
  const answers = new Map<string, ScoreResponse>();
  for (const [index, text] of rest.entries()) {
    if (text === '') continue;
    const line = parseLine(text);
    if (!isJournalLine(line)) throw new AssayError('broken-journal', { file }, { file, line: index + 2 });
    answers.set(line.key, fromLine(line));
  }
  return { header, answers, validBytes };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new AssayError('broken-journal', { file }, { file }, { cause: error });
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

function isJournalLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, ids, logprobs, greedy, truncated } = value as Partial<JournalLine>;
  if (typeof key !== 'string' || (kind !== 'loglikelihood' && kind !== 'loglikelihood_rolling') || typeof truncated !== 'number') return false;
  if (!Array.isArray(ids) || !Array.isArray(logprobs) || typeof greedy !== 'string') return false;
  if (ids.length !== logprobs.length || greedy.length !== logprobs.length || !/^[01]*$/.test(greedy)) return false;
  return ids.every((id) => Number.isInteger(id)) && logprobs.every((logprob) => typeof logprob === 'number' || NOT_FINITE.has(logprob));
}

/** The only writer of a journal. Lines of one call reach the file in one write. */
export class JournalWriter {
  private broken: AssayError | null = null;
  private closed = false;

  private constructor(
    private readonly file: string,
    private readonly descriptor: number,
  ) {}

  /** A new journal with its description. `lasting`: where the file will lie, for what is said of it. */
  static create(file: string, header: unknown, lasting = file): JournalWriter {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, `${JSON.stringify(header)}\n`);
    fsyncSync(descriptor);
    return new JournalWriter(lasting, descriptor);
  }

  /** Goes on after `validBytes`; what lies behind them is a torn line. */
  static continue(file: string, validBytes: number): JournalWriter {
    const descriptor = openSync(file, 'r+');
    ftruncateSync(descriptor, validBytes);
    closeSync(descriptor);
    return new JournalWriter(file, openSync(file, 'a'));
  }

  /** Throws AssayError `cannot-write`, and from then on always: a line that was cut short has to stay the last one. */
  append(responses: readonly ScoreResponse[]): void {
    const bytes = Buffer.from(responses.map(toLine).join(''), 'utf8');
    this.writing(() => {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.descriptor, bytes, written);
    });
  }

  /** On disk, not only handed to the system. */
  sync(): void {
    this.writing(() => fsyncSync(this.descriptor));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      if (this.broken === null) this.sync();
    } finally {
      closeSync(this.descriptor);
    }
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
