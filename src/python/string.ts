import { fitText, PRICE, spend, spendText } from './effort';
import { PyError } from './errors';
import { findText, findTextRight, splitText } from './find-text';
import { codePointCount, codePoints, isCased, isSingleUnits, isSpaceCharacter, LINE_BREAK, titleCharacter } from './unicode';
import { PyTuple } from './value';

/** Methods of `str`, counting in code points. Arguments are already of the right types. */

/** `text.strip(chars)` and its one-sided forms; `chars` null = whitespace. */
export function strip(text: string, chars: string | null, side: 'both' | 'left' | 'right'): string {
  const drop = chars === null ? isSpaceCharacter : memberOf(chars);
  // Characters to drop that are one unit each can be told apart within any text.
  const units = chars === null || isSingleUnits(chars) ? text : codePoints(text);
  let start = 0;
  let end = units.length;
  if (side !== 'right') while (start < end && drop(units[start] ?? '')) start++;
  if (side !== 'left') while (end > start && drop(units[end - 1] ?? '')) end--;
  spend((start + units.length - end) * 4);
  return typeof units === 'string' ? units.slice(start, end) : units.slice(start, end).join('');
}

function memberOf(chars: string): (character: string) => boolean {
  const members = new Set(chars);
  return (character) => members.has(character);
}

/** `text.split(separator, limit)`; separator null = runs of whitespace; limit -1 = all. */
export function split(text: string, separator: string | null, limit: number): string[] {
  if (separator === null) return splitSpaces(text, limit);
  if (separator === '') throw new PyError('ValueError', 'empty separator');
  const pieces = splitText(text, separator);
  if (limit < 0 || pieces.length <= limit + 1) return pieces;
  return [...pieces.slice(0, limit), pieces.slice(limit).join(separator)];
}

function splitSpaces(text: string, limit: number): string[] {
  spend(text.length * 8);
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpaceCharacter(text[at] ?? '')) at++;
    if (at >= text.length) return words;
    if (limit >= 0 && words.length === limit) return [...words, strip(text.slice(at), null, 'right')];
    const start = at;
    while (at < text.length && !isSpaceCharacter(text[at] ?? '')) at++;
    words.push(text.slice(start, at));
  }
}

/** `text.rsplit(separator, limit)` */
export function splitRight(text: string, separator: string | null, limit: number): string[] {
  if (limit < 0) return split(text, separator, limit);
  if (separator === null) return splitSpacesRight(text, limit);
  const pieces = split(text, separator, -1);
  if (pieces.length <= limit + 1) return pieces;
  const cut = pieces.length - limit;
  return [pieces.slice(0, cut).join(separator), ...pieces.slice(cut)];
}

function splitSpacesRight(text: string, limit: number): string[] {
  spend(text.length * 8);
  const words: string[] = [];
  let end = text.length;
  for (;;) {
    while (end > 0 && isSpaceCharacter(text[end - 1] ?? '')) end--;
    if (end === 0) return words.reverse();
    if (words.length === limit) return [...words, text.slice(0, end)].reverse();
    let start = end;
    while (start > 0 && !isSpaceCharacter(text[start - 1] ?? '')) start--;
    words.push(text.slice(start, end));
    end = start;
  }
}

/** `text.splitlines(keepends)` */
export function splitLines(text: string, keepEnds: boolean): string[] {
  spend(text.length);
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LINE_BREAK)) {
    const end = match.index + match[0].length;
    spend(PRICE.item * 4);
    lines.push(text.slice(start, keepEnds ? end : match.index));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** `text.partition(separator)`, or from the right. */
export function partition(text: string, separator: string, fromRight: boolean): PyTuple {
  if (separator === '') throw new PyError('ValueError', 'empty separator');
  const at = fromRight ? findTextRight(text, separator) : findText(text, separator, 0);
  if (at < 0) return new PyTuple(fromRight ? ['', '', text] : [text, '', '']);
  return new PyTuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

/** `text.replace(old, new, count)`; count -1 = all. An empty `old` matches between code points. */
export function replace(text: string, old: string, replacement: string, count: number): string {
  const pieces = old === '' ? ['', ...codePoints(text), ''] : splitText(text, old);
  const limit = count < 0 ? pieces.length : count;
  spendText(text.length + Math.min(limit, pieces.length - 1) * (replacement.length - old.length));
  if (count < 0 && old !== '') return pieces.join(replacement);
  let result = pieces[0] ?? '';
  for (let index = 1; index < pieces.length; index++) result += (index <= limit ? replacement : old) + (pieces[index] ?? '');
  return result;
}

/** The part of `text` that `start` and `end` (as in a slice) leave, and how many code points lie before it. */
export function window(text: string, start: number | null, end: number | null): { readonly part: string; readonly offset: number; readonly empty: boolean } {
  const units = isSingleUnits(text) ? text : codePoints(text);
  const clamp = (value: number): number => Math.min(units.length, Math.max(0, value < 0 ? value + units.length : value));
  const first = start === null ? 0 : start > units.length ? start : clamp(start);
  const last = end === null ? units.length : clamp(end);
  const part = typeof units === 'string' ? units.slice(first, last) : units.slice(first, last).join('');
  return { part, offset: first, empty: first > last };
}

/** `text.find(sub, start, end)`, or `rfind`; -1 where it is not found. */
export function find(text: string, sub: string, start: number | null, end: number | null, fromRight: boolean): number {
  const { part, offset, empty } = window(text, start, end);
  if (empty) return -1;
  const at = fromRight ? findTextRight(part, sub) : findText(part, sub, 0);
  return at < 0 ? -1 : offset + codePointCount(part.slice(0, at));
}

/** `text.count(sub, start, end)`, without overlaps. */
export function count(text: string, sub: string, start: number | null, end: number | null): number {
  const { part, empty } = window(text, start, end);
  if (empty) return 0;
  return sub === '' ? codePointCount(part) + 1 : splitText(part, sub).length - 1;
}

/** `text.title()` */
export function title(text: string): string {
  let result = '';
  let afterCased = false;
  const lower = text.toLowerCase();
  // Only the final sigma depends on its neighbours; the rest maps character by character.
  const direct = codePointCount(lower) === codePointCount(text) ? codePoints(lower) : null;
  codePoints(text).forEach((character, index) => {
    result += afterCased ? (direct?.[index] ?? character.toLowerCase()) : titleCharacter(character);
    afterCased = isCased(character);
  });
  return result;
}

/** `text.capitalize()`: the first character in title case, the others small. */
export function capitalize(text: string): string {
  const [first = ''] = text;
  return first === '' ? '' : titleCharacter(first) + lowerAfter(text, first.length);
}

/** `text.lower()` of the part after `start`, judged (final sigma) in the whole text. */
function lowerAfter(text: string, start: number): string {
  const whole = text.toLowerCase();
  const head = text.slice(0, start).toLowerCase();
  return whole.startsWith(head) ? whole.slice(head.length) : text.slice(start).toLowerCase();
}

/** `text.swapcase()` */
export function swapCase(text: string): string {
  const lower = text.toLowerCase();
  const direct = codePointCount(lower) === codePointCount(text) ? codePoints(lower) : null;
  return codePoints(text)
    .map((character, index) => {
      if (/\p{Uppercase}/u.test(character)) return direct?.[index] ?? character.toLowerCase();
      return /\p{Lowercase}/u.test(character) ? character.toUpperCase() : character;
    })
    .join('');
}

/** `text.center(width, fill)`: an odd space goes left when the width is odd. */
export function center(text: string, width: number, fill: string): string {
  const missing = width - codePointCount(text);
  if (missing <= 0) return text;
  spendText(width);
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** `text.ljust(width, fill)` and `rjust`. */
export function justify(text: string, width: number, fill: string, side: 'left' | 'right'): string {
  const missing = Math.max(0, width - codePointCount(text));
  spendText(text.length + missing);
  const padding = fill.repeat(missing);
  return side === 'left' ? text + padding : padding + text;
}

/** `text.zfill(width)`: zeros go between a sign and the digits. */
export function zeroFill(text: string, width: number): string {
  const missing = width - codePointCount(text);
  if (missing <= 0) return text;
  spendText(width);
  const sign = /^[-+]/.test(text) ? text.slice(0, 1) : '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

/** `text.expandtabs(size)` */
export function expandTabs(text: string, size: number): string {
  let column = 0;
  let result = '';
  spend(text.length * PRICE.codePoint);
  for (const character of text) {
    if (character === '\t') {
      const spaces = size > 0 ? size - (column % size) : 0;
      fitText(result.length + spaces);
      spend(spaces);
      result += ' '.repeat(spaces);
      column += spaces;
    } else {
      result += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

/** `separator.join(parts)` */
export function join(parts: readonly string[], separator: string): string {
  let length = separator.length * Math.max(0, parts.length - 1);
  for (const part of parts) length += part.length;
  spendText(length);
  return parts.join(separator);
}
