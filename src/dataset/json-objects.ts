import { JsonSyntaxError, parseJsonAt } from '../python/json';
import type { PyDict, PyValue } from '../python/value';
import { broken } from './broken';
import { tooLong } from './lines';

/** `line`: 1-based, where the object begins. */
export type JsonRow = { readonly line: number; readonly values: PyDict };

/** Characters of one object that goes on over several lines. */
const LONGEST = 100_000_000;

/** Objects one after the other: one a line as a rule, several on a line or one over several lines where they are. */
export class JsonObjects {
  private rows: JsonRow[] = [];
  /** Lines of an object that is still open, and how many brackets are. */
  private open: string[] = [];
  private depth = 0;
  private size = 0;
  private lineNumber = 0;
  private begin = 1;
  /** Every line so far held one object or nothing. */
  isOneALine = true;

  constructor(private readonly file: string) {}

  /** No object is open. */
  get isBetween(): boolean {
    return this.open.length === 0;
  }

  /** The next line of the file. Throws AssayError (broken-data). */
  line(text: string): void {
    this.lineNumber++;
    if (this.open.length === 0) {
      this.begin = this.lineNumber;
      return this.parse(text);
    }
    this.open.push(text);
    this.size += text.length;
    if (this.size > LONGEST) throw tooLong(this.file);
    this.depth += depthOf(text);
    if (this.depth <= 0) this.parse(this.open.splice(0).join('\n'));
  }

  /** After the last line. Throws AssayError (broken-data) where an object is open. */
  end(): void {
    if (this.open.length > 0) throw broken(this.file, 'the object that begins here does not end', this.begin);
  }

  take(): readonly JsonRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  private parse(text: string): void {
    if (text.trim() === '') return;
    let at = 0;
    let count = 0;
    while (at < text.length) {
      const next = this.value(text, at);
      if (next === null) {
        this.isOneALine = false;
        this.open = [text.slice(at)];
        this.size = text.length - at;
        this.depth = depthOf(this.open[0] ?? '');
        return;
      }
      const line = this.begin;
      if (!(next.value instanceof Map)) throw broken(this.file, 'a row must be an object', line);
      if (hasEscapes(text) && hasLoneSurrogate(next.value)) throw broken(this.file, 'half of a surrogate pair in a string', line);
      this.rows.push({ line, values: next.value });
      if (++count > 1) this.isOneALine = false;
      at = next.end;
    }
  }

  /** null: the text ends within it. */
  private value(text: string, at: number): { readonly value: PyValue; readonly end: number } | null {
    try {
      return parseJsonAt(text, at);
    } catch (error) {
      if (error instanceof JsonSyntaxError && error.offset === text.length) return null;
      throw this.failure(error);
    }
  }

  private failure(error: unknown): unknown {
    if (!(error instanceof JsonSyntaxError)) return error;
    return broken(this.file, `${error.reason} (column ${error.column})`, this.begin + error.line - 1);
  }
}

/** Brackets opened less those closed, outside strings, which end on the line they begin on. */
function depthOf(line: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) quoted = !quoted;
    else if (!quoted && (code === 0x7b || code === 0x5b)) depth++;
    else if (!quoted && (code === 0x7d || code === 0x5d)) depth--;
  }
  return depth;
}

function hasEscapes(text: string): boolean {
  return text.includes('\\u');
}

function hasLoneSurrogate(value: PyValue): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  if (value instanceof Map) return [...value].some(([key, item]) => hasLoneSurrogate(key) || hasLoneSurrogate(item));
  return false;
}
