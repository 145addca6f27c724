import { PRICE, spend } from './effort';

/** Character classes and case mappings as Python's `str` sees them, where JavaScript's differ. */

/** `str.isspace` (not the same as JavaScript's `\s`: no U+FEFF, but U+001C-U+001F and U+0085). */
export const SPACE_CLASS = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACE = new RegExp(`^[${SPACE_CLASS}]$`);
const SPACES = new RegExp(`^[${SPACE_CLASS}]+$`);

/** Line boundaries of `str.splitlines`. */
export const LINE_BREAK = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g;

/** Characters with Numeric_Type=Digit that are not decimal digits. */
const OTHER_DIGITS =
  '\\xb2\\xb3\\xb9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792\\u{10a40}-\\u{10a43}\\u{10e60}-\\u{10e68}\\u{11052}-\\u{1105a}\\u{1f100}-\\u{1f10a}';
const DIGITS = new RegExp(`^[\\p{Nd}${OTHER_DIGITS}]+$`, 'u');

export const isSpaceCharacter = (character: string): boolean => SPACE.test(character);
export const isSpace = (text: string): boolean => SPACES.test(text);
export const isDigit = (text: string): boolean => DIGITS.test(text);
export const isDecimal = (text: string): boolean => /^\p{Nd}+$/u.test(text);
export const isNumeric = (text: string): boolean => /^\p{N}+$/u.test(text);
export const isAlpha = (text: string): boolean => /^\p{L}+$/u.test(text);
export const isAlnum = (text: string): boolean => /^[\p{L}\p{N}]+$/u.test(text);
export const isPrintable = (text: string): boolean => !/[^ \P{C}]|[^ \P{Z}]/u.test(text);
export const isIdentifier = (text: string): boolean => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(text);

const CASED = /\p{Lowercase}|\p{Uppercase}|\p{Lt}/u;
const UPPER_OR_TITLE = /\p{Uppercase}|\p{Lt}/u;
export const isCased = (character: string): boolean => CASED.test(character);
export const isLower = (text: string): boolean => /\p{Lowercase}/u.test(text) && !UPPER_OR_TITLE.test(text);
export const isUpper = (text: string): boolean => /\p{Uppercase}/u.test(text) && !/\p{Lowercase}|\p{Lt}/u.test(text);

/** `str.istitle`: cased letters that follow uncased characters are capitals, the others are small. */
export function isTitle(text: string): boolean {
  let seen = false;
  let afterCased = false;
  for (const character of text) {
    if (UPPER_OR_TITLE.test(character)) {
      if (afterCased) return false;
      seen = afterCased = true;
    } else if (/\p{Lowercase}/u.test(character)) {
      if (!afterCased) return false;
      seen = afterCased = true;
    } else {
      afterCased = false;
    }
  }
  return seen;
}

/** Title case where it is not the upper case (UnicodeData and SpecialCasing); Greek iota subscripts by rule below. */
const TITLE_EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ...[...'ǄǅǆǇǈǉǊǋǌǱǲǳ'].map((character, index): [string, string] => [character, ['ǅ', 'ǈ', 'ǋ', 'ǲ'][Math.floor(index / 3)] ?? character]),
  ['\u1fb2', '\u1fba\u0345'], ['\u1fb3', '\u1fbc'], ['\u1fb4', '\u0386\u0345'], ['\u1fb7', '\u0391\u0342\u0345'], ['\u1fbc', '\u1fbc'],
  ['\u1fc2', '\u1fca\u0345'], ['\u1fc3', '\u1fcc'], ['\u1fc4', '\u0389\u0345'], ['\u1fc7', '\u0397\u0342\u0345'], ['\u1fcc', '\u1fcc'],
  ['\u1ff2', '\u1ffa\u0345'], ['\u1ff3', '\u1ffc'], ['\u1ff4', '\u038f\u0345'], ['\u1ff7', '\u03a9\u0342\u0345'], ['\u1ffc', '\u1ffc'],
]);

/** Title case of one character. */
export function titleCharacter(character: string): string {
  const exception = TITLE_EXCEPTIONS.get(character);
  if (exception !== undefined) return exception;
  if (/[\u1f80-\u1faf]/.test(character)) return String.fromCharCode(character.charCodeAt(0) | 8);
  if (/[\u10d0-\u10ff]/.test(character)) return character;
  const upper = character.toUpperCase();
  if (upper.length === 1 || upper.codePointAt(0) === character.codePointAt(0)) return upper;
  const [first = '', ...rest] = upper;
  return /[\u00df\u0587\ufb00-\ufb17]/.test(character) ? first + rest.join('').toLowerCase() : upper;
}

/** `str.casefold` of one character. */
export function foldCharacter(character: string): string {
  if (/[\u13a0-\u13fd\uab70-\uabbf]/.test(character)) return character.toUpperCase();
  if (character === '\u0131') return character;
  if (character === '\u1e9e') return 'ss';
  return character.toUpperCase().toLowerCase();
}

/** Splits text into code points, the unit Python counts in. */
export function codePoints(text: string): readonly string[] {
  spend(text.length * PRICE.codePoint);
  return Array.from(text);
}

const SURROGATE = /[\ud800-\udfff]/;

/** `len(text)` */
export function codePointCount(text: string): number {
  spend(text.length >> 3);
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0xd800 && code < 0xdc00) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next < 0xe000) index++;
    }
    count++;
  }
  return count;
}

/** True when one UTF-16 unit is one code point throughout. */
export function isSingleUnits(text: string): boolean {
  spend(text.length >> 3);
  return !SURROGATE.test(text);
}
