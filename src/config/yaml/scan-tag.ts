/** Anchors, aliases, tags and directives, as PyYAML reads them (libyaml 0.2.5, scanner.c). */
import { isBlank, isBlankBreakOrEnd, isBreak, isBreakOrEnd, isDigit, isHex, isWord } from './characters';
import type { Cursor } from './cursor';
import type { Token } from './token';

/** `&name` or `*name`; the cursor is at the indicator. */
export function scanAnchor(cursor: Cursor): Token {
  const { at: start, column } = cursor;
  const type = cursor.text.charAt(start) === '&' ? 'anchor' : 'alias';
  cursor.at += 1;
  while (isWord(cursor.peek())) cursor.at += 1;
  const name = cursor.text.slice(start + 1, cursor.at);
  if (name === '' || !(isBlankBreakOrEnd(cursor.peek()) || AFTER_ANCHOR.has(cursor.text.charAt(cursor.at)))) {
    throw cursor.fault('A text that begins with & or * needs quotes: as it stands it names an anchor, with letters, digits, - and _ only.', { start, end: cursor.at + 1 });
  }
  return { type, name, start, end: cursor.at, column };
}

/** `!suffix`, `!handle!suffix`, `!<uri>`; the cursor is at the `!`. */
export function scanTag(cursor: Cursor, inFlow: boolean): Token {
  const { at: start, column } = cursor;
  const bad = (): Error => cursor.fault('A text that begins with ! needs quotes: as it stands it is a tag, which ends with a space.', { start, end: cursor.at + 1 });
  let handle = '';
  let suffix: string | null;
  if (cursor.text.charAt(start + 1) === '<') {
    cursor.at += 2;
    suffix = tagUri(cursor, true);
    if (suffix === '' || cursor.text.charAt(cursor.at) !== '>') throw bad();
    cursor.at += 1;
  } else {
    handle = tagHandle(cursor);
    suffix = tagUri(cursor, false);
    if (suffix !== null && !(handle.length > 1 && handle.endsWith('!'))) {
      // It was no handle after all, but the beginning of the tag; a lone `!` is a tag of its own.
      suffix = handle.slice(1) + suffix;
      handle = '!';
      if (suffix === '') [handle, suffix] = ['', '!'];
    } else if (suffix === '') throw bad();
  }
  const ends = isBlankBreakOrEnd(cursor.peek()) || (inFlow && cursor.text.charAt(cursor.at) === ',');
  if (suffix === null || !ends) throw bad();
  return { type: 'tag', handle, suffix, start, end: cursor.at, column };
}

/** `%YAML 1.1` or `%TAG ! prefix`, with its line; the cursor is at the `%`. */
export function scanDirective(cursor: Cursor): Token {
  const { at: start, column } = cursor;
  cursor.at += 1;
  const nameStart = cursor.at;
  while (isWord(cursor.peek())) cursor.at += 1;
  const name = cursor.text.slice(nameStart, cursor.at);
  const bad = (): Error => cursor.fault('A line that begins with % is a directive (%YAML, %TAG); put text in quotes.', { start, end: cursor.at + 1 });
  if (!isBlankBreakOrEnd(cursor.peek())) throw bad();
  const token = name === 'YAML' ? version(cursor, bad) : name === 'TAG' ? tagPrefix(cursor, bad) : null;
  if (token === null) throw bad();
  const end = cursor.at;
  while (isBlank(cursor.peek())) cursor.at += 1;
  if (cursor.text.charAt(cursor.at) === '#') while (!isBreakOrEnd(cursor.peek())) cursor.at += 1;
  if (!isBreakOrEnd(cursor.peek())) throw bad();
  if (isBreak(cursor.peek())) cursor.takeBreak();
  return { ...token, start, end, column };
}

const AFTER_ANCHOR: ReadonlySet<string> = new Set('?:,]}%@`');
const URI: ReadonlySet<string> = new Set(";/?:@&=+$.!~*'()");
const VERBATIM: ReadonlySet<string> = new Set(',[]');

/** `!`, `!name` or `!name!`. */
function tagHandle(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  while (isWord(cursor.peek())) cursor.at += 1;
  if (cursor.text.charAt(cursor.at) === '!') cursor.at += 1;
  return cursor.text.slice(start, cursor.at);
}

/** Null where an escape (`%21`) is none. */
function tagUri(cursor: Cursor, verbatim: boolean): string | null {
  const start = cursor.at;
  for (;;) {
    const character = cursor.text.charAt(cursor.at);
    if (character === '%') {
      if (!isHex(cursor.peek(1)) || !isHex(cursor.peek(2))) return null;
      cursor.at += 3;
    } else if (isWord(cursor.peek()) || URI.has(character) || (verbatim && VERBATIM.has(character))) cursor.at += 1;
    else break;
  }
  try {
    return decodeURIComponent(cursor.text.slice(start, cursor.at));
  } catch {
    return null;
  }
}

function version(cursor: Cursor, bad: () => Error): { readonly type: 'version-directive'; readonly major: number; readonly minor: number } {
  while (isBlank(cursor.peek())) cursor.at += 1;
  const number = (): number => {
    const start = cursor.at;
    while (isDigit(cursor.peek()) && cursor.at - start < 9) cursor.at += 1;
    if (cursor.at === start) throw bad();
    return Number(cursor.text.slice(start, cursor.at));
  };
  const major = number();
  if (cursor.text.charAt(cursor.at) !== '.') throw bad();
  cursor.at += 1;
  return { type: 'version-directive', major, minor: number() };
}

function tagPrefix(cursor: Cursor, bad: () => Error): { readonly type: 'tag-directive'; readonly handle: string; readonly prefix: string } {
  const blanks = (): void => {
    if (!isBlank(cursor.peek())) throw bad();
    while (isBlank(cursor.peek())) cursor.at += 1;
  };
  blanks();
  if (cursor.text.charAt(cursor.at) !== '!') throw bad();
  const handle = tagHandle(cursor);
  if (handle !== '!' && !handle.endsWith('!')) throw bad();
  blanks();
  const prefix = tagUri(cursor, true);
  if (prefix === null || prefix === '' || !isBlankBreakOrEnd(cursor.peek())) throw bad();
  return { type: 'tag-directive', handle, prefix };
}
