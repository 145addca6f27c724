import { fitText, spend } from './effort';
import { PyError } from './errors';
import { inTime } from './in-time';
import { translatePattern } from './regex-translate';
import { PyTuple } from './value';

/** Something that may match in more than one way. */
const REPEATED = /[*+?{]/g;
/** A short text is searched in no time, by a pattern with one repetition. */
const SHORT_TEXT = 1000;

/** A compiled Python pattern (`re`, str patterns). Group 0 is the whole match; a group that took no part is null. */
export class PyPattern {
  private readonly expression: RegExp;
  /** Matches at one place only, and never nothing. */
  private readonly advancing: RegExp;
  readonly groupCount: number;
  private readonly names: ReadonlyMap<string, number>;

  constructor(readonly source: string) {
    const { pattern, ignoreCase, groupCount, names } = translatePattern(source);
    this.groupCount = groupCount;
    this.names = names;
    try {
      this.expression = new RegExp(pattern, ignoreCase ? 'giu' : 'gu');
      this.advancing = new RegExp(`(?=(?<rest>[\\s\\S]*))(?:${pattern})(?!\\k<rest>(?![\\s\\S]))`, ignoreCase ? 'iuy' : 'uy');
    } catch {
      throw new PyError('error', `the pattern ${source} is not supported`);
    }
  }

  /** Python looks for a longer match where it has just found an empty one; JavaScript goes on to the next character. */
  private *matches(text: string): Generator<RegExpExecArray> {
    let at = 0;
    while (at <= text.length) {
      this.expression.lastIndex = at;
      const match = this.expression.exec(text);
      if (match === null) return;
      yield match;
      at = match.index + match[0].length;
      if (match[0] !== '') continue;
      this.advancing.lastIndex = at;
      const longer = this.advancing.exec(text);
      if (longer !== null) yield longer;
      at = longer === null ? at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) : at + longer[0].length;
    }
  }

  /** A pattern may take time that grows exponentially with its repetitions, and with the square of a long text. */
  private searched<T>(text: string, body: () => T): T {
    const repetitions = this.source.match(REPEATED)?.length ?? 0;
    return repetitions > 1 || (repetitions === 1 && text.length > SHORT_TEXT) ? inTime(body) : body();
  }

  private groups(match: RegExpExecArray): (string | null)[] {
    return [match[0], ...Array.from({ length: this.groupCount }, (_, index) => match.groups?.[`g${index + 1}`] ?? null)];
  }

  /** `re.findall`: whole matches, the only group, or tuples of groups. */
  findAll(text: string): (string | PyTuple)[] {
    const found = (): (string | PyTuple)[] =>
      [...this.matches(text)].map((match) => {
        const [whole, ...groups] = this.groups(match).map((group) => group ?? '');
        return groups.length > 1 ? new PyTuple(groups) : (groups[0] ?? whole ?? '');
      });
    return this.searched(text, found);
  }

  /** `re.search`: the groups of the first match, or null. */
  search(text: string): readonly (string | null)[] | null {
    return this.searched(text, () => {
      for (const match of this.matches(text)) return this.groups(match);
      return null;
    });
  }

  /** `re.sub`; `count` 0 = all. Throws PyError re.error for a bad replacement. */
  sub(replacement: string, text: string, count: number): string {
    spend(text.length);
    return this.searched(text, () => this.substituted(replacement, text, count));
  }

  private substituted(replacement: string, text: string, count: number): string {
    const template = parseReplacement(replacement, this.groupCount, this.names);
    let done = 0;
    let at = 0;
    let result = '';
    for (const match of this.matches(text)) {
      if (count > 0 && done === count) break;
      done++;
      const groups = this.groups(match);
      result += text.slice(at, match.index) + template.map((part) => (typeof part === 'string' ? part : (groups[part] ?? ''))).join('');
      fitText(result.length);
      spend(replacement.length + 64);
      at = match.index + match[0].length;
    }
    return result + text.slice(at);
  }

  /** `re.split` for a pattern without groups. */
  split(text: string): string[] {
    return this.searched(text, () => {
      const pieces: string[] = [];
      let at = 0;
      for (const match of this.matches(text)) {
        pieces.push(text.slice(at, match.index));
        at = match.index + match[0].length;
      }
      return [...pieces, text.slice(at)];
    });
  }
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** A replacement as literal texts and group numbers. */
function parseReplacement(replacement: string, groupCount: number, names: ReadonlyMap<string, number>): (string | number)[] {
  const parts: (string | number)[] = [];
  const group = (number: number): number => {
    if (number > groupCount) throw new PyError('error', `invalid group reference ${number}`);
    return number;
  };
  const token = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[0-3][0-7]{2})|([1-9]\d?)|([\s\S]))|[^\\]+|\\/g;
  for (const [whole, name, octal, number, letter] of replacement.matchAll(token)) {
    if (name !== undefined) parts.push(group(/^\d+$/.test(name) ? Number(name) : namedGroup(name, names)));
    else if (octal !== undefined) parts.push(String.fromCharCode(parseInt(octal, 8)));
    else if (number !== undefined) parts.push(group(Number(number)));
    else if (letter !== undefined) parts.push(replacementEscape(letter));
    else if (whole === '\\') throw new PyError('error', 'bad escape (end of pattern)');
    else parts.push(whole);
  }
  return parts;
}

function namedGroup(name: string, names: ReadonlyMap<string, number>): number {
  const number = names.get(name);
  if (number === undefined) throw new PyError('error', `unknown group name '${name}'`);
  return number;
}

function replacementEscape(letter: string): string {
  const known = ESCAPES[letter];
  if (known !== undefined) return known;
  if (/[a-zA-Z]/.test(letter)) throw new PyError('error', `bad escape \\${letter}`);
  return `\\${letter}`;
}
