import { PyError } from './errors';
import { translatePattern } from './regex-translate';
import { PyTuple } from './value';

/** A compiled Python pattern (`re`, str patterns). Group 0 is the whole match; a group that took no part is null. */
export class PyPattern {
  private readonly expression: RegExp;
  readonly groupCount: number;
  private readonly names: ReadonlyMap<string, number>;

  constructor(readonly source: string) {
    const { pattern, ignoreCase, groupCount, names } = translatePattern(source);
    this.groupCount = groupCount;
    this.names = names;
    try {
      this.expression = new RegExp(pattern, ignoreCase ? 'giu' : 'gu');
    } catch {
      throw new PyError('re.error', `the pattern ${source} is not supported`);
    }
  }

  private groups(match: RegExpMatchArray): (string | null)[] {
    return [match[0], ...Array.from({ length: this.groupCount }, (_, index) => match.groups?.[`g${index + 1}`] ?? null)];
  }

  /** `re.findall`: whole matches, the only group, or tuples of groups. */
  findAll(text: string): (string | PyTuple)[] {
    return [...text.matchAll(this.expression)].map((match) => {
      const [whole, ...groups] = this.groups(match).map((group) => group ?? '');
      return groups.length > 1 ? new PyTuple(groups) : (groups[0] ?? whole ?? '');
    });
  }

  /** `re.search`: the groups of the first match, or null. */
  search(text: string): readonly (string | null)[] | null {
    for (const match of text.matchAll(this.expression)) return this.groups(match);
    return null;
  }

  /** `re.sub`; `count` 0 = all. Throws PyError re.error for a bad replacement. */
  sub(replacement: string, text: string, count: number): string {
    const template = parseReplacement(replacement, this.groupCount, this.names);
    let done = 0;
    let at = 0;
    let result = '';
    for (const match of text.matchAll(this.expression)) {
      if (count > 0 && done === count) break;
      done++;
      const groups = this.groups(match);
      result += text.slice(at, match.index) + template.map((part) => (typeof part === 'string' ? part : (groups[part] ?? ''))).join('');
      at = (match.index ?? 0) + match[0].length;
    }
    return result + text.slice(at);
  }

  /** `re.split` for a pattern without groups. */
  split(text: string): string[] {
    const pieces: string[] = [];
    let at = 0;
    for (const match of text.matchAll(this.expression)) {
      pieces.push(text.slice(at, match.index));
      at = (match.index ?? 0) + match[0].length;
    }
    return [...pieces, text.slice(at)];
  }
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** A replacement as literal texts and group numbers. */
function parseReplacement(replacement: string, groupCount: number, names: ReadonlyMap<string, number>): (string | number)[] {
  const parts: (string | number)[] = [];
  const group = (number: number): number => {
    if (number > groupCount) throw new PyError('re.error', `invalid group reference ${number}`);
    return number;
  };
  const token = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[0-3][0-7]{2})|([1-9]\d?)|([\s\S]))|[^\\]+|\\/g;
  for (const [whole, name, octal, number, letter] of replacement.matchAll(token)) {
    if (name !== undefined) parts.push(group(/^\d+$/.test(name) ? Number(name) : namedGroup(name, names)));
    else if (octal !== undefined) parts.push(String.fromCharCode(parseInt(octal, 8)));
    else if (number !== undefined) parts.push(group(Number(number)));
    else if (letter !== undefined) parts.push(replacementEscape(letter));
    else if (whole === '\\') throw new PyError('re.error', 'bad escape (end of pattern)');
    else parts.push(whole);
  }
  return parts;
}

function namedGroup(name: string, names: ReadonlyMap<string, number>): number {
  const number = names.get(name);
  if (number === undefined) throw new PyError('re.error', `unknown group name '${name}'`);
  return number;
}

function replacementEscape(letter: string): string {
  const known = ESCAPES[letter];
  if (known !== undefined) return known;
  if (/[a-zA-Z]/.test(letter)) throw new PyError('re.error', `bad escape \\${letter}`);
  return `\\${letter}`;
}
