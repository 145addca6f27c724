import { PyError } from './errors';
import { SPACE_CLASS } from './unicode';

export const WORD_UNICODE = '\\p{L}\\p{N}_';
export const WORD_ASCII = 'a-zA-Z0-9_';
const SPACE_ASCII = '\\t-\\r\\x20';

const CONTROL: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** One character as pattern text that means itself, inside and outside a class. */
export function literalCharacter(character: string): string {
  if (/[\^$\\.*+?()[\]{}|/-]/.test(character)) return character === '-' ? '\\x2d' : `\\${character}`;
  return character.length === 1 && /[\ud800-\udfff\n\r\u2028\u2029]/.test(character) ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character;
}

/**
 * The members of a `[…]`, or of a single escape such as `\d`. Complements (`\W` in a class) cannot always stand
 * inside a JavaScript class, so they are kept apart and joined by alternation.
 */
export class CharacterClass {
  private members = '';
  private readonly complements: string[] = [];
  constructor(private readonly ascii: boolean) {}

  /** As a pattern for one character. */
  pattern(negated: boolean): string {
    if (this.complements.length === 0) return negated ? `[^${this.members}]` : `[${this.members}]`;
    const any = [...(this.members === '' ? [] : [`[${this.members}]`]), ...this.complements.map((set) => `[^${set}]`)].join('|');
    return negated ? `(?:(?!${any})[\\s\\S])` : `(?:${any})`;
  }

  /** Reads the escape after the backslash at `at - 1`; returns where it ends. */
  addEscape(source: string, at: number): number {
    const letter = source[at];
    if (letter === undefined) throw new PyError('error', 'bad escape (end of pattern)');
    const set = this.named(letter.toLowerCase());
    if (set === null) {
      const [character, end] = escapedCharacter(source, at);
      this.members += literalCharacter(character);
      return end;
    }
    if (letter === letter.toLowerCase()) this.members += set;
    else this.complements.push(set);
    return at + 1;
  }

  private named(letter: string): string | null {
    if (letter === 'd') return this.ascii ? '0-9' : '\\p{Nd}';
    if (letter === 's') return this.ascii ? SPACE_ASCII : SPACE_CLASS;
    if (letter === 'w') return this.ascii ? WORD_ASCII : WORD_UNICODE;
    return null;
  }

  /** Reads the members of a class up to and over its `]`; returns where it ends. */
  addMembers(source: string, start: number): number {
    let at = start;
    while (source[at] !== ']' || at === start) {
      if (at >= source.length) throw new PyError('error', `unterminated character set at position ${start - 1}`);
      if (source[at] === '\\' && /[dDsSwW]/.test(source[at + 1] ?? '')) {
        at = this.addEscape(source, at + 1);
      } else {
        const [low, afterLow] = member(source, at);
        at = afterLow;
        if (source[at] === '-' && source[at + 1] !== ']' && source[at + 1] !== undefined) {
          const [high, afterHigh] = member(source, at + 1);
          if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) throw new PyError('error', `bad character range ${low}-${high} at position ${at}`);
          this.members += `${literalCharacter(low)}-${literalCharacter(high)}`;
          at = afterHigh;
        } else {
          this.members += literalCharacter(low);
        }
      }
    }
    return at + 1;
  }
}

function member(source: string, at: number): readonly [character: string, end: number] {
  if (source[at] === '\\') return escapedCharacter(source, at + 1);
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  return [character, at + character.length];
}

/** The character an escape stands for; `at` is behind the backslash. */
function escapedCharacter(source: string, at: number): readonly [character: string, end: number] {
  const rest = source.slice(at);
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (hex !== null) return [String.fromCodePoint(parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16)), at + hex[0].length];
  const octal = /^(?:0[0-7]{0,2}|[1-3][0-7]{2})/.exec(rest);
  if (octal !== null) return [String.fromCharCode(parseInt(octal[0], 8)), at + octal[0].length];
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const control = CONTROL[character];
  if (control !== undefined) return [control, at + 1];
  if (/[a-zA-Z0-9]/.test(character)) throw new PyError('error', `bad escape \\${character} at position ${at - 1}`);
  return [character, at + character.length];
}
