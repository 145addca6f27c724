import { PyError } from './errors';
import type { PyDict, PyValue } from './value';

export { dumps } from './json-dumps';

/** Text that `json.loads` refuses. `offset` counts UTF-16 units from 0; `line` and `column` are 1-based. */
export class JsonSyntaxError extends PyError {
  override readonly name = 'JsonSyntaxError';
  constructor(
    readonly reason: string,
    readonly offset: number,
    readonly line: number,
    readonly column: number,
  ) {
    super('ValueError', `${reason}: line ${line} column ${column} (char ${offset})`);
  }
}

/** CPython refuses longer integers (sys.int_info.default_max_str_digits). */
const MAX_INTEGER_DIGITS = 4300;
/** CPython's recursion limit stops nesting near 1000. */
const MAX_DEPTH = 990;

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const PLAIN_STRING = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t',
};

/**
 * Python's `json.loads`: integers are bigints of any size, numbers with a fraction or exponent are floats,
 * `NaN`, `Infinity` and `-Infinity` are accepted, of equal keys the last value counts.
 * Throws JsonSyntaxError.
 */
export function parseJson(text: string): PyValue {
  return new JsonReader(text).document();
}

/** The value that begins at `start` (behind white space) and where it ends; text may follow. Throws JsonSyntaxError. */
export function parseJsonAt(text: string, start: number): { readonly value: PyValue; readonly end: number } {
  return new JsonReader(text, start).first();
}

class JsonReader {
  constructor(
    private readonly text: string,
    private at = 0,
  ) {}

  first(): { readonly value: PyValue; readonly end: number } {
    this.skipSpace();
    const value = this.value(0);
    this.skipSpace();
    return { value, end: this.at };
  }

  document(): PyValue {
    this.skipSpace();
    const value = this.value(0);
    this.skipSpace();
    if (this.at !== this.text.length) this.fail('Extra data', this.at);
    return value;
  }

  private value(depth: number): PyValue {
    if (depth > MAX_DEPTH) this.fail('Nested too deeply', this.at);
    const { text, at } = this;
    switch (text[at]) {
      case '"':
        this.at++;
        return this.string();
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case 'n':
        return this.word('null', null);
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'N':
        return this.word('NaN', NaN);
      case 'I':
        return this.word('Infinity', Infinity);
      case '-':
        if (text[at + 1] === 'I') return this.word('-Infinity', -Infinity);
        return this.number();
      default:
        return this.number();
    }
  }

  private word<T extends PyValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('Expecting value', this.at);
    this.at += word.length;
    return value;
  }

  private number(): PyValue {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) this.fail('Expecting value', this.at);
    const digits = match[0];
    const start = this.at;
    this.at = NUMBER.lastIndex;
    if (match[1] !== undefined || match[2] !== undefined) return Number(digits);
    if (digits.length > MAX_INTEGER_DIGITS) this.fail(`Integer of more than ${MAX_INTEGER_DIGITS} digits`, start);
    return BigInt(digits);
  }

  /** The opening quote is behind us. */
  private string(): string {
    const begin = this.at - 1;
    let result = '';
    for (;;) {
      PLAIN_STRING.lastIndex = this.at;
      PLAIN_STRING.test(this.text);
      const end = PLAIN_STRING.lastIndex;
      if (end > this.at) result += this.text.slice(this.at, end);
      this.at = end;
      const stop = this.text[end];
      if (stop === undefined) this.fail('Unterminated string starting at', begin);
      this.at++;
      if (stop === '"') return result;
      if (stop !== '\\') this.fail('Invalid control character at', end);
      result += this.escape(begin);
    }
  }

  private escape(begin: number): string {
    const letter = this.text[this.at];
    if (letter === undefined) this.fail('Unterminated string starting at', begin);
    if (letter === 'u') {
      const hex = this.text.slice(this.at + 1, this.at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('Invalid \\uXXXX escape', this.at);
      this.at += 5;
      return String.fromCharCode(parseInt(hex, 16));
    }
    const plain = ESCAPES[letter];
    if (plain === undefined) this.fail('Invalid \\escape', this.at - 1);
    this.at++;
    return plain;
  }

  private object(depth: number): PyDict {
    const result: PyDict = new Map();
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === '}') {
      this.at++;
      return result;
    }
    for (;;) {
      if (this.text[this.at] !== '"') this.fail('Expecting property name enclosed in double quotes', this.at);
      this.at++;
      const key = this.string();
      this.skipSpace();
      if (this.text[this.at] !== ':') this.fail("Expecting ':' delimiter", this.at);
      this.at++;
      this.skipSpace();
      result.set(key, this.value(depth + 1));
      if (this.closes('}')) return result;
    }
  }

  private array(depth: number): PyValue[] {
    const result: PyValue[] = [];
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === ']') {
      this.at++;
      return result;
    }
    for (;;) {
      result.push(this.value(depth + 1));
      if (this.closes(']')) return result;
    }
  }

  /** After an element: true at the closing bracket, false past a comma. */
  private closes(bracket: string): boolean {
    this.skipSpace();
    const mark = this.text[this.at];
    if (mark !== bracket && mark !== ',') this.fail("Expecting ',' delimiter", this.at);
    this.at++;
    if (mark === bracket) return true;
    this.skipSpace();
    return false;
  }

  private skipSpace(): void {
    const code = this.text.charCodeAt(this.at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  private fail(reason: string, offset: number): never {
    const before = this.text.slice(0, offset);
    const line = before.split('\n').length;
    throw new JsonSyntaxError(reason, offset, line, offset - before.lastIndexOf('\n'));
  }
}
