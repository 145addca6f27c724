import { PyError } from '../python/errors';
import { unescapeLiteral } from '../python/escape';
import { isIdentifier, SPACE_CLASS } from '../python/unicode';
import { strip } from '../python/string';
import { syntaxError } from './failure';
import { OPERATORS, type Token, type TokenType } from './token';

const SPACES = new RegExp(`[${SPACE_CLASS}]+`, 'y');
const TAG = /\{\{|\{%|\{#/g;
const RAW_BEGIN = new RegExp(`\\{%[-+]?[${SPACE_CLASS}]*raw[${SPACE_CLASS}]*(?:-%\\}[${SPACE_CLASS}]*|%\\})`, 'y');
/** Ends of tags; `lineEnd` is cut behind those that say nothing else. */
const endsOf = (lineEnd: string): { readonly raw: RegExp; readonly comment: RegExp; readonly block: RegExp } => ({
  raw: new RegExp(`\\{%([-+]?)[${SPACE_CLASS}]*endraw[${SPACE_CLASS}]*(?:\\+%\\}|-%\\}[${SPACE_CLASS}]*|%\\}${lineEnd})`, 'g'),
  comment: new RegExp(`\\+#\\}|-#\\}[${SPACE_CLASS}]*|#\\}${lineEnd}`, 'g'),
  block: new RegExp(`\\+%\\}|-%\\}[${SPACE_CLASS}]*|%\\}${lineEnd}`, 'y'),
});
const KEPT = endsOf('');
const TRIMMED = endsOf('\\n?');
const VARIABLE_END = new RegExp(`-\\}\\}[${SPACE_CLASS}]*|\\}\\}`, 'y');
const FLOAT = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[-+]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{XID_Continue}\p{L}\p{N}]+/uy;
const STRING = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Line ends as Jinja2 normalises them before reading. */
export function normaliseNewlines(source: string): string {
  return source.replace(/\r\n|\r/g, '\n');
}

/**
 * Splits a template (with normalised line ends) into tokens; the last one is `eof`. Throws TemplateFailure.
 * `trimBlocks`: Jinja2's `trim_blocks` and `lstrip_blocks`; a line that holds a block tag alone prints nothing.
 */
export function tokenize(source: string, trimBlocks: boolean): Token[] {
  return new Lexer(source, trimBlocks).run();
}

class Lexer {
  private at = 0;
  private readonly tokens: Token[] = [];
  private readonly ends: typeof KEPT;
  constructor(
    private readonly source: string,
    private readonly trimBlocks: boolean,
  ) {
    this.ends = trimBlocks ? TRIMMED : KEPT;
  }

  run(): Token[] {
    while (this.at < this.source.length) this.text();
    this.push('eof', '', this.source.length);
    return this.tokens;
  }

  private push(type: TokenType, value: string, at: number): void {
    this.tokens.push({ type, value, at });
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source);
  }

  private text(): void {
    const start = this.at;
    const tag = this.match(TAG);
    if (tag === null) {
      this.data(this.source.slice(start), start);
      this.at = this.source.length;
      return;
    }
    this.at = tag.index;
    const raw = tag[0] === '{%' ? this.match(RAW_BEGIN) : null;
    const sign = this.source[tag.index + 2] ?? '';
    this.data(this.before(start, tag.index, tag[0] === '{{' && sign !== '-' ? '+' : sign), start);
    if (raw !== null) {
      this.at += raw[0].length;
      this.raw();
      return;
    }
    this.at += sign === '-' || sign === '+' ? 3 : 2;
    if (tag[0] === '{#') this.comment();
    else if (tag[0] === '{{') this.inside('variable_begin', 'variable_end', VARIABLE_END, tag.index);
    else this.inside('block_begin', 'block_end', this.ends.block, tag.index);
  }

  /** The text from `start` to a tag at `end`, as the tag's sign wants it; `+` keeps it. */
  private before(start: number, end: number, sign: string): string {
    const text = this.source.slice(start, end);
    if (sign === '-') return strip(text, null, 'right');
    if (!this.trimBlocks || sign === '+') return text;
    const line = text.lastIndexOf('\n') + 1;
    const beginsLine = line > 0 || start === 0 || this.source[start - 1] === '\n';
    return beginsLine && strip(text.slice(line), null, 'both') === '' ? text.slice(0, line) : text;
  }

  private data(text: string, at: number): void {
    if (text !== '') this.push('data', text, at);
  }

  private raw(): void {
    const end = this.match(this.ends.raw);
    if (end === null) throw syntaxError('Missing end of raw directive', this.at);
    this.data(this.before(this.at, end.index, end[1] ?? ''), this.at);
    this.at = end.index + end[0].length;
  }

  private comment(): void {
    const end = this.match(this.ends.comment);
    if (end === null) throw syntaxError('Missing end of comment tag', this.at);
    this.at = end.index + end[0].length;
  }

  private inside(begin: TokenType, end: TokenType, endPattern: RegExp, at: number): void {
    this.push(begin, '', at);
    const open: string[] = [];
    while (this.at < this.source.length) {
      const closing = open.length === 0 ? this.match(endPattern) : null;
      if (closing !== null) {
        this.push(end, '', this.at);
        this.at += closing[0].length;
        return;
      }
      this.token(open);
    }
  }

  private token(open: string[]): void {
    const spaces = this.match(SPACES);
    if (spaces !== null) {
      this.at += spaces[0].length;
      return;
    }
    if (this.take(FLOAT, 'float') || this.take(INTEGER, 'integer') || this.name() || this.string()) return;
    const operator = OPERATORS.find((candidate) => this.source.startsWith(candidate, this.at));
    if (operator === undefined) throw syntaxError(`unexpected char '${this.source[this.at] ?? ''}' at ${this.at}`, this.at);
    this.balance(operator, open);
    this.push(operator, operator, this.at);
    this.at += operator.length;
  }

  private take(pattern: RegExp, type: TokenType): boolean {
    const match = this.match(pattern);
    if (match === null) return false;
    this.push(type, match[0], this.at);
    this.at += match[0].length;
    return true;
  }

  private name(): boolean {
    const match = this.match(NAME);
    if (match === null) return false;
    if (!isIdentifier(match[0])) throw syntaxError('Invalid character in identifier', this.at);
    return this.take(NAME, 'name');
  }

  private string(): boolean {
    const match = this.match(STRING);
    if (match === null) return false;
    try {
      this.push('string', unescapeLiteral(match[0].slice(1, -1)), this.at);
    } catch (error) {
      throw error instanceof PyError ? syntaxError(error.message, this.at) : error;
    }
    this.at += match[0].length;
    return true;
  }

  private balance(operator: TokenType, open: string[]): void {
    const closer = CLOSERS[operator];
    if (closer !== undefined) open.push(closer);
    if (operator !== ')' && operator !== ']' && operator !== '}') return;
    const expected = open.pop();
    if (expected === undefined) throw syntaxError(`unexpected '${operator}'`, this.at);
    if (expected !== operator) throw syntaxError(`unexpected '${operator}', expected '${expected}'`, this.at);
  }
}
