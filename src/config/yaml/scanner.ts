/** Text -> tokens, as PyYAML's scanner makes them (libyaml 0.2.5, scanner.c): simple keys, indentation and flow are told apart here. */
import { BOM, isBlankBreakOrEnd, isBreak, isBreakOrEnd, SPACE, TAB } from './characters';
import { Cursor } from './cursor';
import { atDocumentIndicator, scanBlock, scanPlain, scanQuoted, type ScannedScalar } from './scan-scalar';
import { scanAnchor, scanDirective, scanTag } from './scan-tag';
import type { ScalarStyle } from './node';
import type { Bare, Token } from './token';

/** A token that may turn out to be a key, once its `:` is found on the same line. */
type SimpleKey = { readonly number: number; readonly required: boolean; readonly at: number; readonly line: number; readonly column: number };

/** Characters a key on one line may have. */
const LONGEST_KEY = 1024;
const NEVER_FIRST: ReadonlySet<string> = new Set('-?:,[]{}#&*!|>\'"%@`');

export class Scanner {
  private readonly cursor: Cursor;
  private queue: Token[] = [];
  private head = 0;
  /** Tokens that were given away. */
  private taken = 0;
  private done = false;
  private indent = -1;
  private readonly indents: number[] = [];
  private allowKey = true;
  /** One place for each level of flow, the block's first. */
  private readonly keys: (SimpleKey | null)[] = [null];

  /** `from`: the beginning of a line. */
  constructor(text: string, from: number) {
    this.cursor = new Cursor(text, from === 0 && text.charCodeAt(0) === BOM ? 1 : from);
  }

  /** The next token; it stays the next one. Throws a YamlFault. */
  peek(): Token {
    while (this.needsMore()) this.fetch();
    const token = this.queue[this.head];
    if (token === undefined) throw this.cursor.fault('This text ends too early.');
    return token;
  }

  /** The next token, passed. */
  take(): Token {
    const token = this.peek();
    this.head += 1;
    this.taken += 1;
    if (this.head >= 1024) {
      this.queue = this.queue.slice(this.head);
      this.head = 0;
    }
    return token;
  }

  private get flowLevel(): number {
    return this.keys.length - 1;
  }

  private needsMore(): boolean {
    if (this.done) return false;
    if (this.head === this.queue.length) return true;
    this.dropStaleKeys();
    return this.keys.some((key) => key?.number === this.taken);
  }

  private fetch(): void {
    const { cursor } = this;
    this.toNextToken();
    this.dropStaleKeys();
    this.unroll(cursor.column);
    const character = cursor.text.charAt(cursor.at);
    if (cursor.peek() === 0) return this.streamEnd();
    if (cursor.column === 0 && character === '%') return this.directive();
    if (atDocumentIndicator(cursor)) return this.documentIndicator(character === '-' ? 'document-start' : 'document-end');
    const isAlone = isBlankBreakOrEnd(cursor.peek(1));
    const inFlow = this.flowLevel > 0;
    switch (character) {
      case '[':
        return this.flowStart('flow-sequence-start');
      case '{':
        return this.flowStart('flow-mapping-start');
      case ']':
        return this.flowEnd('flow-sequence-end');
      case '}':
        return this.flowEnd('flow-mapping-end');
      case ',':
        this.removeKey();
        this.allowKey = true;
        return this.push('flow-entry', 1);
      case '-':
        if (isAlone) return this.blockEntry();
        break;
      case '?':
        if (inFlow || isAlone) return this.explicitKey();
        break;
      case ':':
        if (inFlow || isAlone) return this.value();
        break;
      case '*':
      case '&':
        this.saveKey();
        this.allowKey = false;
        this.queue.push(scanAnchor(cursor));
        return;
      case '!':
        this.saveKey();
        this.allowKey = false;
        this.queue.push(scanTag(cursor, inFlow));
        return;
      case '|':
      case '>':
        if (inFlow) break;
        this.removeKey();
        this.allowKey = true;
        return this.scalar(character === '|' ? 'literal' : 'folded', () => scanBlock(cursor, this.indent));
      case "'":
      case '"':
        this.saveKey();
        this.allowKey = false;
        return this.scalar(character === '"' ? 'double' : 'single', () => scanQuoted(cursor));
    }
    if (!this.mayBePlain(character, inFlow, isAlone)) throw this.cannotStart(character);
    this.saveKey();
    this.allowKey = false;
    this.scalar('plain', () => scanPlain(cursor, this.indent, inFlow));
  }

  private mayBePlain(character: string, inFlow: boolean, isAlone: boolean): boolean {
    if (character === '-') return !(this.cursor.peek(1) === SPACE || this.cursor.peek(1) === TAB);
    if (character === '?' || character === ':') return !inFlow && !isAlone;
    return !NEVER_FIRST.has(character) && !isBlankBreakOrEnd(this.cursor.peek());
  }

  private cannotStart(character: string): Error {
    if (character === '\t') return this.cursor.fault('A tab cannot indent here; use spaces.');
    if (character === '|' || character === '>') return this.cursor.fault(`Inside [ ] or { } a text cannot begin with ${character}; put it in quotes.`);
    return this.cursor.fault(`A text cannot begin with ${character}; put it in quotes.`);
  }

  private toNextToken(): void {
    const { cursor } = this;
    for (;;) {
      if (cursor.column === 0 && cursor.peek() === BOM) cursor.at += 1;
      // Tabs part words, but never stand where a block may begin.
      while (cursor.peek() === SPACE || ((this.flowLevel > 0 || !this.allowKey) && cursor.peek() === TAB)) cursor.at += 1;
      if (cursor.text.charAt(cursor.at) === '#') while (!isBreakOrEnd(cursor.peek())) cursor.at += 1;
      if (!isBreak(cursor.peek())) return;
      cursor.takeBreak();
      if (this.flowLevel === 0) this.allowKey = true;
    }
  }

  private dropStaleKeys(): void {
    for (let level = 0; level < this.keys.length; level += 1) {
      const key = this.keys[level] ?? null;
      if (key === null || (key.line === this.cursor.line && key.at + LONGEST_KEY >= this.cursor.at)) continue;
      if (key.required) throw this.withoutColon(key);
      this.keys[level] = null;
    }
  }

  private saveKey(): void {
    const { cursor } = this;
    if (!this.allowKey) return;
    this.removeKey();
    const required = this.flowLevel === 0 && this.indent === cursor.column;
    this.keys[this.flowLevel] = { number: this.taken + this.queue.length - this.head, required, at: cursor.at, line: cursor.line, column: cursor.column };
  }

  private removeKey(): void {
    const key = this.keys[this.flowLevel] ?? null;
    if (key?.required === true) throw this.withoutColon(key);
    this.keys[this.flowLevel] = null;
  }

  private withoutColon({ at }: SimpleKey): Error {
    const { text } = this.cursor;
    let end = at;
    while (end < text.length && !isBreakOrEnd(text.charCodeAt(end))) end += 1;
    return this.cursor.fault('A key needs a colon and a space behind it (key: value).', { start: at, end: at + text.slice(at, Math.min(end, at + LONGEST_KEY)).trimEnd().length });
  }

  /** Begins a block at a column deeper than the one around it; its token comes before the `number`th. */
  private roll(column: number, number: number, type: Bare, at: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.insert(number, { type, start: at, end: at, column });
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return;
    const { at } = this.cursor;
    while (this.indent > column) {
      this.queue.push({ type: 'block-end', start: at, end: at, column });
      this.indent = this.indents.pop() ?? -1;
    }
  }

  private insert(number: number, token: Token): void {
    this.queue.splice(this.head + number - this.taken, 0, token);
  }

  private get nextNumber(): number {
    return this.taken + this.queue.length - this.head;
  }

  private push(type: Bare, length: number): void {
    const { at: start, column } = this.cursor;
    this.cursor.at += length;
    this.queue.push({ type, start, end: start + length, column });
  }

  private streamEnd(): void {
    this.cursor.line += 1;
    this.unroll(-1);
    this.removeKey();
    this.allowKey = false;
    this.push('stream-end', 0);
    this.done = true;
  }

  private directive(): void {
    this.unroll(-1);
    this.removeKey();
    this.allowKey = false;
    this.queue.push(scanDirective(this.cursor));
  }

  private documentIndicator(type: 'document-start' | 'document-end'): void {
    this.unroll(-1);
    this.removeKey();
    this.allowKey = false;
    this.push(type, 3);
  }

  private flowStart(type: Bare): void {
    this.saveKey();
    this.keys.push(null);
    this.allowKey = true;
    this.push(type, 1);
  }

  private flowEnd(type: Bare): void {
    this.removeKey();
    if (this.flowLevel > 0) this.keys.pop();
    this.allowKey = false;
    this.push(type, 1);
  }

  private blockEntry(): void {
    const { cursor } = this;
    if (this.flowLevel === 0) {
      if (!this.allowKey) throw cursor.fault('A list entry (-) cannot begin here: give it a line of its own, or put the text in quotes.');
      this.roll(cursor.column, this.nextNumber, 'block-sequence-start', cursor.at);
    }
    this.removeKey();
    this.allowKey = true;
    this.push('block-entry', 1);
  }

  private explicitKey(): void {
    const { cursor } = this;
    if (this.flowLevel === 0) {
      if (!this.allowKey) throw cursor.fault('A key (?) cannot begin here: put the text in quotes.');
      this.roll(cursor.column, this.nextNumber, 'block-mapping-start', cursor.at);
    }
    this.removeKey();
    this.allowKey = this.flowLevel === 0;
    this.push('key', 1);
  }

  private value(): void {
    const { cursor } = this;
    const key = this.keys[this.flowLevel] ?? null;
    if (key !== null) {
      this.insert(key.number, { type: 'key', start: key.at, end: key.at, column: key.column });
      this.roll(key.column, key.number, 'block-mapping-start', key.at);
      this.keys[this.flowLevel] = null;
      this.allowKey = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.allowKey) throw cursor.fault('A second colon with a space behind it cannot stand on this line: put the text in quotes.');
        this.roll(cursor.column, this.nextNumber, 'block-mapping-start', cursor.at);
      }
      this.allowKey = this.flowLevel === 0;
    }
    this.push('value', 1);
  }

  private scalar(style: ScalarStyle, scan: () => ScannedScalar): void {
    const { at: start, column } = this.cursor;
    const { value, end, newLine } = scan();
    // A plain text that ended at a new line leaves the cursor where a key may begin.
    if (style === 'plain' && newLine) this.allowKey = true;
    this.queue.push({ type: 'scalar', value, style, start, end, column });
  }
}
