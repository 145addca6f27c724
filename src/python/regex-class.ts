/** Sets of characters: `\d`, `[a-z]` and the like. */
import { PyError } from './errors';
import { alike, lowerCase, lowerCaseAscii } from './regex-case';
import type { CharacterTest } from './regex-node';
import { SPACE_CLASS } from './unicode';

export type CaseFlags = { readonly ascii: boolean; readonly ignoreCase: boolean };

const WORD = /^[\p{L}\p{N}_]$/u;
const DIGIT = /^\p{Nd}$/u;
const SPACE = new RegExp(`^[${SPACE_CLASS}]$`, 'u');

const isAsciiDigit: CharacterTest = (character) => character >= 0x30 && character <= 0x39;
const isAsciiSpace: CharacterTest = (character) => character === 0x20 || (character >= 0x09 && character <= 0x0d);
export const isAsciiWord: CharacterTest = (character) => isAsciiDigit(character) || (character >= 0x61 && character <= 0x7a) || (character >= 0x41 && character <= 0x5a) || character === 0x5f;

/** Beyond ASCII a property of Unicode is looked up once a character. */
function cached(ascii: CharacterTest, pattern: RegExp): CharacterTest {
  const known = new Map<number, boolean>();
  return (character) => {
    if (character < 0x80) return ascii(character);
    let found = known.get(character);
    if (found === undefined) known.set(character, (found = pattern.test(String.fromCodePoint(character))));
    return found;
  };
}

const isDigit = cached(isAsciiDigit, DIGIT);
export const isWord = cached(isAsciiWord, WORD);
/** Four separators that Python's `str.isspace` knows count too, unless `ascii`. */
const isSpace = cached((character) => isAsciiSpace(character) || (character >= 0x1c && character <= 0x1f), SPACE);

/** `\d`, `\S` …; null for another letter. */
export function category(letter: string, ascii: boolean): CharacterTest | null {
  const own = { d: ascii ? isAsciiDigit : isDigit, s: ascii ? isAsciiSpace : isSpace, w: ascii ? isAsciiWord : isWord }[letter.toLowerCase()];
  if (own === undefined) return null;
  return letter === letter.toLowerCase() ? own : (character) => !own(character);
}

/** Members of a `[…]`: single characters and ranges, and categories. */
export class CharacterSet {
  private readonly singles = new Set<number>();
  private readonly ranges: (readonly [number, number])[] = [];
  private readonly categories: CharacterTest[] = [];

  constructor(private readonly flags: CaseFlags) {}

  addCategory(test: CharacterTest): void {
    this.categories.push(test);
  }

  addCharacter(character: number): void {
    const { ascii, ignoreCase } = this.flags;
    for (const one of ignoreCase ? alike(character, ascii) : [character]) this.singles.add(one);
  }

  addRange(low: number, high: number): void {
    if (!this.flags.ignoreCase) this.ranges.push([low, high]);
    else this.addFolded(low, high);
  }

  /** Each letter of a range in lower case; beyond what has cases, the range itself. */
  private addFolded(low: number, high: number): void {
    for (let character = low; character <= Math.min(high, 0x1ffff); character++) this.addCharacter(character);
    if (high > 0x1ffff) this.ranges.push([Math.max(low, 0x20000), high]);
  }

  test(negative: boolean): CharacterTest {
    const { singles, ranges, categories } = this;
    const { ascii, ignoreCase } = this.flags;
    const has: CharacterTest = (character) => singles.has(character) || ranges.some(([low, high]) => character >= low && character <= high) || categories.some((test) => test(character));
    const lower = ascii ? lowerCaseAscii : lowerCase;
    const folded: CharacterTest = ignoreCase ? (character) => has(lower(character)) : has;
    const decided = forAscii(negative ? (character) => !folded(character) : folded);
    return decided;
  }
}

/** The same test, worked out beforehand for ASCII. */
export function forAscii(test: CharacterTest): CharacterTest {
  const known = Uint8Array.from({ length: 0x80 }, (_, character) => (test(character) ? 1 : 0));
  return (character) => (character < 0x80 ? known[character] === 1 : test(character));
}

/** A character as it stands in a pattern; null: it means itself and nothing else. */
export function caseTest(character: number, { ascii, ignoreCase }: CaseFlags): CharacterTest | null {
  if (!ignoreCase) return null;
  const letters = alike(character, ascii);
  const lower = ascii ? lowerCaseAscii : lowerCase;
  const [only] = letters;
  return letters.length === 1 ? (found) => lower(found) === only : (found) => letters.includes(lower(found));
}

const CONTROL: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 0x5c };

/** The character an escape stands for, and where it ends; `at` is behind the backslash. Throws PyError re.error. */
export function escapedCharacter(source: string, at: number, inClass: boolean): readonly [character: number, end: number] {
  const rest = source.slice(at, at + 12);
  const letter = rest[0];
  if (letter === undefined) throw new PyError('error', `bad escape (end of pattern) at position ${at - 1}`);
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (hex !== null) {
    const character = parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16);
    if (character > 0x10ffff) throw new PyError('error', `bad escape \\${hex[0]} at position ${at - 1}`);
    return [character, at + hex[0].length];
  }
  if (/^[xuU]/.test(rest)) throw new PyError('error', `incomplete escape \\${/^[xuU][0-9a-fA-F]*/.exec(rest)?.[0] ?? letter} at position ${at - 1}`);
  const octal = (inClass ? /^[0-7]{1,3}/ : /^(?:0[0-7]{0,2}|[1-3][0-7]{2}|[4-7][0-7]{2})/).exec(rest);
  if (octal !== null) {
    const character = parseInt(octal[0], 8);
    if (character > 0o377) throw new PyError('error', `octal escape value \\${octal[0]} outside of range 0-0o377 at position ${at - 1}`);
    return [character, at + octal[0].length];
  }
  const control = CONTROL[letter];
  if (control !== undefined && (inClass || letter !== 'b')) return [control, at + 1];
  if (/[a-zA-Z0-9]/.test(letter)) throw new PyError('error', `bad escape \\${letter} at position ${at - 1}`);
  const character = source.codePointAt(at) ?? 0;
  return [character, at + (character > 0xffff ? 2 : 1)];
}
