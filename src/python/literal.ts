import { dictSet } from './compare';
import { spend } from './effort';
import { PyError } from './errors';
import { unescapeLiteral } from './escape';
import { parseInteger } from './number';
import { PyTuple, type PyDict, type PyValue } from './value';

/** CPython's parser stops at 200 nested brackets. */
const MAX_DEPTH = 200;
const NUMBER = /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?/y;
const STRING_START = /([rRuU]?)("""|'''|"|')/y;
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;

/**
 * `ast.literal_eval`: strings, numbers, tuples, lists, dicts, booleans and None.
 * Throws PyError: SyntaxError for what is no expression, ValueError for an expression that is no literal.
 */
export function literalEval(text: string): PyValue {
  spend(text.length * 8);
  return new LiteralReader(text.replace(/^[ \t]+/, '')).document();
}

class LiteralReader {
  private at = 0;
  private depth = 0;
  constructor(private readonly text: string) {}

  document(): PyValue {
    const value = this.items('');
    this.skip();
    this.skipNewlines();
    if (this.at < this.text.length) throw this.syntax();
    return value;
  }

  /** Comma-separated values up to `close`; a bare comma makes a tuple. */
  private items(close: string): PyValue {
    const values: PyValue[] = [this.value()];
    let commas = 0;
    while (this.take(',')) {
      commas++;
      if (this.peek() === close || this.atEnd()) break;
      values.push(this.value());
    }
    return commas > 0 ? new PyTuple(values) : (values[0] ?? null);
  }

  private value(): PyValue {
    const value = this.signed();
    // An operator makes it an expression, but no literal.
    if (/[-+*/(.[<>=%]/.test(this.peek() ?? '')) throw this.malformed();
    return value;
  }

  private signed(): PyValue {
    const sign = this.peek();
    if (sign !== '-' && sign !== '+') return this.atom();
    this.at++;
    const value = /[-+]/.test(this.peek() ?? '') ? null : this.atom();
    if (typeof value !== 'bigint' && typeof value !== 'number') throw this.malformed();
    return sign === '-' ? -value : value;
  }

  private atom(): PyValue {
    const mark = this.peek();
    if (mark === undefined) throw this.syntax();
    if (mark === '[') return this.bracketed(']', () => this.list());
    if (mark === '(') return this.bracketed(')', () => (this.peek() === ')' ? new PyTuple([]) : this.items(')')));
    if (mark === '{') return this.bracketed('}', () => this.dict());
    STRING_START.lastIndex = this.at;
    if (STRING_START.test(this.text)) return this.strings();
    if (/[\d.]/.test(mark)) return this.number();
    NAME.lastIndex = this.at;
    const name = NAME.exec(this.text)?.[0];
    if (name === undefined) throw this.syntax();
    this.at += name.length;
    if (name === 'None') return null;
    if (name === 'True' || name === 'False') return name === 'True';
    throw this.malformed();
  }

  private bracketed<T>(close: string, body: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new PyError('MemoryError', 'too many nested parentheses');
    this.at++;
    const value = body();
    if (!this.take(close)) throw this.syntax();
    this.depth--;
    return value;
  }

  private list(): PyValue[] {
    const values: PyValue[] = [];
    while (this.peek() !== ']') {
      values.push(this.value());
      if (!this.take(',')) break;
    }
    return values;
  }

  private dict(): PyDict {
    const dict: PyDict = new Map();
    while (this.peek() !== '}') {
      const key = this.value();
      if (!this.take(':')) throw this.peek() === ',' || this.peek() === '}' ? new PyError('ValueError', 'a set is not supported') : this.syntax();
      dictSet(dict, key, this.value());
      if (!this.take(',')) break;
    }
    return dict;
  }

  private number(): bigint | number {
    NUMBER.lastIndex = this.at;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) throw this.syntax();
    this.at += digits.length;
    if (/[\p{XID_Continue}.]/u.test(this.text[this.at] ?? '')) throw this.text[this.at] === 'j' ? this.malformed() : this.syntax();
    if (/^0[xXoObB]/.test(digits)) return parseInteger(digits, 0);
    if (/[.eE]/.test(digits)) return Number(digits.replaceAll('_', ''));
    if (/^0[0_]*[1-9]/.test(digits)) throw this.syntax();
    const decimal = digits.replaceAll('_', '');
    if (decimal.length > 4300) throw new PyError('SyntaxError', 'Exceeds the limit (4300 digits) for integer string conversion');
    return BigInt(decimal);
  }

  /** Neighbouring literals are one string. */
  private strings(): string {
    let result = '';
    for (;;) {
      STRING_START.lastIndex = this.at;
      const start = STRING_START.exec(this.text);
      if (start === null) return result;
      result += this.string(start[1] ?? '', start[2] ?? '', this.at + start[0].length);
      this.peek();
    }
  }

  private string(prefix: string, quote: string, begin: number): string {
    let end = begin;
    while (!this.text.startsWith(quote, end)) {
      const unit = this.text[end];
      if (unit === undefined || (unit === '\n' && quote.length === 1)) throw this.syntax();
      end += unit === '\\' ? 2 : 1;
    }
    this.at = end + quote.length;
    const body = this.text.slice(begin, end);
    return prefix.toLowerCase() === 'r' ? body : unescapeLiteral(body);
  }

  private take(mark: string): boolean {
    if (this.peek() !== mark) return false;
    this.at++;
    return true;
  }

  private atEnd(): boolean {
    return this.peek() === undefined || (this.depth === 0 && this.text[this.at] === '\n');
  }

  /** The next character after blanks; line ends are blanks inside brackets only. */
  private peek(): string | undefined {
    this.skip();
    return this.text[this.at];
  }

  private skip(): void {
    for (;;) {
      const unit = this.text[this.at];
      if (unit === ' ' || unit === '\t' || unit === '\f' || ((unit === '\n' || unit === '\r') && this.depth > 0)) this.at++;
      else if (unit === '\\' && this.text[this.at + 1] === '\n') this.at += 2;
      else if (unit === '#') while (this.at < this.text.length && this.text[this.at] !== '\n') this.at++;
      else return;
    }
  }

  private skipNewlines(): void {
    while (/[\s]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private syntax(): PyError {
    return new PyError('SyntaxError', 'invalid syntax');
  }

  private malformed(): PyError {
    return new PyError('ValueError', 'malformed node or string');
  }
}
