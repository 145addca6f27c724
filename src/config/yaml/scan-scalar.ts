/** Texts in a YAML text: plain, quoted and block scalars, as PyYAML reads them (libyaml 0.2.5, scanner.c). */
import { isBlank, isBlankBreakOrEnd, isBreak, isBreakOrEnd, isDigit, isHex, SPACE, TAB } from './characters';
import type { Cursor } from './cursor';

/** A scalar's value and where its text ends; `newLine`: the scan ended at the beginning of a line. */
export type ScannedScalar = { readonly value: string; readonly end: number; readonly newLine: boolean };

/** `indent`: of the block the scalar stands in; `inFlow`: inside `[ ]` or `{ }`. */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): ScannedScalar {
  const { text } = cursor;
  const opened = cursor.at;
  const chunks: string[] = [];
  const gap = new Gap();
  let end = cursor.at;
  for (;;) {
    if (atDocumentIndicator(cursor) || cursor.peek() === HASH) break;
    const start = cursor.at;
    while (!isBlankBreakOrEnd(cursor.peek())) {
      const code = cursor.peek();
      if (code === COLON && inFlow && FLOW_AFTER_COLON.has(cursor.peek(1))) {
        throw cursor.fault('A colon right before , [ ] { } or ? cannot be told from the text around it: put the text in quotes, or a space behind the colon.', { start: opened, end: cursor.at + 1 });
      }
      if ((code === COLON && isBlankBreakOrEnd(cursor.peek(1))) || (inFlow && FLOW_INDICATORS.has(code))) break;
      cursor.at += 1;
    }
    if (cursor.at > start) {
      chunks.push(gap.take(), text.slice(start, cursor.at));
      end = cursor.at;
    }
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break;
    if (gap.read(cursor, indent + 1)) throw cursor.fault('A tab cannot indent text that goes on; use spaces.');
    if (!inFlow && cursor.column < indent + 1) break;
  }
  return { value: chunks.join(''), end, newLine: gap.hasBreak };
}

/** `'…'` or `"…"`; the cursor is at the opening quote. */
export function scanQuoted(cursor: Cursor): ScannedScalar {
  const { text } = cursor;
  const opened = cursor.at;
  const quote = cursor.peek();
  const double = quote === DOUBLE_QUOTE;
  let value = '';
  cursor.at += 1;
  for (;;) {
    if (atDocumentIndicator(cursor) || cursor.peek() === 0) throw cursor.fault('This quote is never closed.', { start: opened, end: opened + 1 }, opened);
    const gap = new Gap();
    let start = cursor.at;
    while (!isBlankBreakOrEnd(cursor.peek())) {
      const code = cursor.peek();
      if (code === quote) {
        if (double || cursor.peek(1) !== quote) break;
        value += text.slice(start, cursor.at + 1);
        cursor.at += 2;
        start = cursor.at;
      } else if (double && code === BACKSLASH) {
        value += text.slice(start, cursor.at);
        const isFolded = isBreak(cursor.peek(1));
        if (isFolded) {
          cursor.at += 1;
          cursor.takeBreak();
          gap.continueLine();
        } else value += escaped(cursor, opened);
        start = cursor.at;
        if (isFolded) break;
      } else cursor.at += 1;
    }
    value += text.slice(start, cursor.at);
    if (cursor.peek() === quote) break;
    gap.read(cursor, 0);
    value += gap.take();
  }
  cursor.at += 1;
  return { value, end: cursor.at, newLine: false };
}

/** `|` or `>` and the lines below; the cursor is at the indicator. `indent`: of the block the scalar stands in. */
export function scanBlock(cursor: Cursor, indent: number): ScannedScalar {
  const { text } = cursor;
  const opened = cursor.at;
  const folded = cursor.peek() === GREATER;
  cursor.at += 1;
  const { chomping, increment } = blockHeader(cursor, opened);
  const headerEnd = cursor.at;
  if (isBreak(cursor.peek())) cursor.takeBreak();
  const trailing: string[] = [];
  const inner = blockBreaks(cursor, increment === 0 ? 0 : Math.max(indent, 0) + increment, indent, trailing);
  const chunks: string[] = [];
  let leadingBreak = '';
  let leadingBlank = false;
  let end = headerEnd;
  while (cursor.column === inner && cursor.peek() !== 0) {
    const blank = isBlank(cursor.peek());
    const isFolded = folded && leadingBreak === '\n' && !leadingBlank && !blank;
    if (!isFolded) chunks.push(leadingBreak);
    else if (trailing.length === 0) chunks.push(' ');
    chunks.push(trailing.splice(0).join(''));
    leadingBlank = blank;
    const start = cursor.at;
    while (!isBreakOrEnd(cursor.peek())) cursor.at += 1;
    chunks.push(text.slice(start, cursor.at));
    end = cursor.at;
    leadingBreak = isBreak(cursor.peek()) ? cursor.takeBreak() : '';
    blockBreaks(cursor, inner, indent, trailing);
  }
  if (chomping !== '-') chunks.push(leadingBreak);
  if (chomping === '+') chunks.push(trailing.join(''));
  return { value: chunks.join(''), end, newLine: true };
}

const COLON = 0x3a;
const HASH = 0x23;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;
const GREATER = 0x3e;
const codes = (characters: string): ReadonlySet<number> => new Set([...characters].map((character) => character.charCodeAt(0)));
const FLOW_INDICATORS = codes(',[]{}');
const FLOW_AFTER_COLON = codes(',?[]{}');

/** `---` or `...` at the beginning of a line ends whatever is read. */
export function atDocumentIndicator(cursor: Cursor): boolean {
  if (cursor.column !== 0) return false;
  const three = cursor.text.slice(cursor.at, cursor.at + 3);
  return (three === '---' || three === '...') && isBlankBreakOrEnd(cursor.peek(3));
}

/** White space between two words: blanks, or line breaks that fold. */
class Gap {
  private blanks = '';
  private leading: string | null = null;
  private trailing: string[] = [];
  hasBreak = false;

  /** Behind a `\` at the end of a line: nothing is between the words but empty lines. */
  continueLine(): void {
    this.hasBreak = true;
    this.leading = '';
  }

  /** Reads blanks and breaks; true where a tab stands before `indent` on a new line. */
  read(cursor: Cursor, indent: number): boolean {
    const start = cursor.at;
    let abused = false;
    for (let code = cursor.peek(); isBlank(code) || isBreak(code); code = cursor.peek()) {
      if (isBlank(code)) {
        if (this.hasBreak && code === TAB && cursor.column < indent) abused = true;
        cursor.at += 1;
      } else if (this.hasBreak) this.trailing.push(cursor.takeBreak());
      else {
        this.leading = cursor.takeBreak();
        this.hasBreak = true;
      }
    }
    if (!this.hasBreak) this.blanks = cursor.text.slice(start, cursor.at);
    return abused;
  }

  /** What the white space is in the value; starts anew. */
  take(): string {
    const { blanks, leading, trailing } = this;
    this.blanks = '';
    this.leading = null;
    this.trailing = [];
    this.hasBreak = false;
    if (leading === null) return blanks;
    if (leading === '\n') return trailing.length === 0 ? ' ' : trailing.join('');
    return leading + trailing.join('');
  }
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'], ['a', '\x07'], ['b', '\b'], ['t', '\t'], ['\t', '\t'], ['n', '\n'], ['v', '\v'], ['f', '\f'], ['r', '\r'], ['e', '\x1b'],
  [' ', ' '], ['"', '"'], ['/', '/'], ['\\', '\\'], ['N', '\x85'], ['_', '\xa0'], ['L', '\u2028'], ['P', '\u2029'],
]);
const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([['x', 2], ['u', 4], ['U', 8]]);
const BACKSLASH_ADVICE = 'In double quotes \\ begins an escape. Write \\\\ for a backslash, / in a path, or put the text in single quotes.';

function escaped(cursor: Cursor, opened: number): string {
  const { text, at } = cursor;
  const letter = text.charAt(at + 1);
  const bad = (length: number): Error => cursor.fault(BACKSLASH_ADVICE, { start: at, end: Math.min(text.length, at + length) }, opened);
  cursor.at += 2;
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return simple;
  const length = HEX_ESCAPES.get(letter);
  if (length === undefined) throw bad(2);
  for (let index = 0; index < length; index += 1) if (!isHex(cursor.peek(index))) throw bad(2 + index);
  const value = Number.parseInt(text.slice(cursor.at, cursor.at + length), 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) throw bad(2 + length);
  cursor.at += length;
  return String.fromCodePoint(value);
}

const BLOCK_ADVICE = 'Put this in quotes: a value that begins with > or | is a block of text in YAML.';

/** `|2-`, `>+`, … up to the end of the line. `increment` 0: not said. */
function blockHeader(cursor: Cursor, opened: number): { readonly chomping: string; readonly increment: number } {
  let chomping = '';
  let increment = 0;
  for (let signs = 0; signs < 2; signs += 1) {
    const character = cursor.text.charAt(cursor.at);
    if ((character === '+' || character === '-') && chomping === '') chomping = character;
    else if (isDigit(cursor.peek()) && increment === 0) {
      increment = Number(character);
      if (increment === 0) throw cursor.fault('A block of text cannot be indented by 0.');
    } else break;
    cursor.at += 1;
  }
  while (isBlank(cursor.peek())) cursor.at += 1;
  if (cursor.peek() === HASH) while (!isBreakOrEnd(cursor.peek())) cursor.at += 1;
  if (!isBreakOrEnd(cursor.peek())) throw cursor.fault(BLOCK_ADVICE, { start: cursor.at, end: cursor.at + 1 }, opened);
  return { chomping, increment };
}

/** Indentation and empty lines. `inner` 0: the first line decides. Gives the indentation; adds the breaks to `breaks`. */
function blockBreaks(cursor: Cursor, inner: number, outer: number, breaks: string[]): number {
  let deepest = 0;
  for (;;) {
    while ((inner === 0 || cursor.column < inner) && cursor.peek() === SPACE) cursor.at += 1;
    deepest = Math.max(deepest, cursor.column);
    if ((inner === 0 || cursor.column < inner) && cursor.peek() === TAB) throw cursor.fault('A tab cannot indent a block of text; use spaces.');
    if (!isBreak(cursor.peek())) break;
    breaks.push(cursor.takeBreak());
  }
  return inner === 0 ? Math.max(deepest, outer + 1, 1) : inner;
}
