/** Python source as its tokenizer cuts it, without comments, blank lines and the ways one thing can be written. Nothing is run. */
import { PyError } from '../errors';
import { unescapeLiteral } from '../escape';

export type Token =
  | { readonly kind: 'name' | 'number' | 'operator'; readonly text: string; readonly start: number; readonly end: number }
  /** `text`: the value as JSON, so that quotes and escapes do not matter; of an f-string and of bytes the source behind the prefix. */
  | { readonly kind: 'string'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'line' | 'indent' | 'dedent'; readonly text: ''; readonly start: number; readonly end: number };

const SPACE = /(?:[ \t\f]|\\\r?\n)+|#[^\n]*/y;
const BLANK = /[ \t\f]*(?:#[^\n]*)?\r?\n|[ \t\f]*#[^\n]*$/y;
const NAME = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
const NUMBER = /0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d[\d_]*)?[jJ]?/y;
const STRING = /([rRbBuUfF]{0,2})("""|'''|"|')/y;
const OPERATOR = /\*\*=|\/\/=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|@=|\*\*|\/\/|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=!]/y;

/** null for what is no Python, as far as it is looked at. */
export function tokensOf(text: string): readonly Token[] | null {
  return new Tokenizer(text).all();
}

class Tokenizer {
  private readonly tokens: Token[] = [];
  private readonly indents = [0];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  all(): readonly Token[] | null {
    if (this.text.startsWith('\ufeff')) this.at = 1;
    while (this.at < this.text.length) {
      if (!this.indented()) return null;
      if (this.at < this.text.length && !this.logicalLine()) return null;
    }
    while (this.indents.length > 1) this.close();
    return this.depth === 0 ? this.tokens : null;
  }

  /** The spaces a line begins with, and what they open or close. Blank lines are passed over. */
  private indented(): boolean {
    while (this.match(BLANK) !== null);
    const spaces = this.match(/[ \t\f]+/y) ?? '';
    return this.at >= this.text.length || this.indent(spaces);
  }

  private indent(spaces: string): boolean {
    const width = [...spaces].reduce((column, space) => (space === '\t' ? column + 8 - (column % 8) : space === '\f' ? 0 : column + 1), 0);
    if (width > (this.indents.at(-1) ?? 0)) {
      this.indents.push(width);
      this.push('indent');
    }
    while (width < (this.indents.at(-1) ?? 0)) this.close();
    return width === this.indents.at(-1);
  }

  private close(): void {
    this.indents.pop();
    this.push('dedent');
  }

  private push(kind: 'line' | 'indent' | 'dedent'): void {
    this.tokens.push({ kind, text: '', start: this.at, end: this.at });
  }

  private logicalLine(): boolean {
    for (;;) {
      while (this.match(SPACE) !== null);
      if (this.at >= this.text.length) break;
      const newline = this.match(/\r?\n/y);
      if (newline !== null) {
        if (this.depth === 0) break;
        continue;
      }
      if (!this.token()) return false;
    }
    this.push('line');
    return true;
  }

  private token(): boolean {
    const start = this.at;
    if (this.string()) return true;
    for (const [kind, pattern] of [['number', NUMBER], ['name', NAME], ['operator', OPERATOR]] as const) {
      const text = this.match(pattern);
      if (text === null) continue;
      if (kind === 'operator' && '([{'.includes(text)) this.depth++;
      if (kind === 'operator' && ')]}'.includes(text)) this.depth--;
      this.tokens.push({ kind, text, start, end: this.at });
      return this.depth >= 0;
    }
    return false;
  }

  private string(): boolean {
    const start = this.at;
    STRING.lastIndex = start;
    const [opening, prefix = '', quote = ''] = STRING.exec(this.text) ?? [];
    if (opening === undefined) return false;
    let end = start + opening.length;
    while (end < this.text.length && !this.text.startsWith(quote, end)) {
      if (this.text[end] === '\n' && quote.length === 1) return false;
      end += this.text[end] === '\\' ? 2 : 1;
    }
    if (end >= this.text.length) return false;
    this.at = end + quote.length;
    const body = this.text.slice(start + opening.length, end);
    this.tokens.push({ kind: 'string', text: written(prefix.toLowerCase(), body), start, end: this.at });
    return true;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found === '' ? null : found;
  }
}

function written(prefix: string, body: string): string {
  const text = body.replaceAll('\r\n', '\n');
  if (!/^[ru]?$/.test(prefix)) return `${[...prefix].sort().join('')}${JSON.stringify(text)}`;
  try {
    return JSON.stringify(prefix === 'r' ? text : unescapeLiteral(text));
  } catch (error) {
    if (error instanceof PyError) return `${prefix}${JSON.stringify(text)}`;
    throw error;
  }
}
