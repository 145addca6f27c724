import { fitText, spend } from './effort';
import { PyError } from './errors';
import { Matcher } from './regex-match';
import { parsePattern } from './regex-parse';
import { type Program, programOf } from './regex-program';
import { PyTuple } from './value';

type Match = { readonly start: number; readonly end: number; readonly groups: readonly (string | null)[] };

/** A compiled Python pattern (`re`, str patterns). Group 0 is the whole match; a group that took no part is null. */
export class PyPattern {
  readonly groupCount: number;
  private readonly names: ReadonlyMap<string, number>;
  private readonly program: Program;

  /** Throws PyError re.error for a malformed pattern. */
  constructor(readonly source: string) {
    const { node, groupCount, names } = parsePattern(source);
    this.groupCount = groupCount;
    this.names = names;
    this.program = programOf(node, groupCount);
  }

  /** `start` and `end` in UTF-16 units. Where an empty match was found Python looks for a longer one. Throws PyError MemoryError for a search that goes on without end. */
  private *matches(text: string): Generator<Match> {
    const { points, unitOf } = pointsOf(text);
    const matcher = new Matcher(this.program, points);
    let from = 0;
    let advancing = false;
    while (matcher.search(from, advancing)) {
      const place = (register: number): number => unitOf(matcher.registers[register] ?? -1);
      const groups = Array.from({ length: this.groupCount + 1 }, (_, group) => {
        const isSet = (matcher.registers[2 * group] ?? -1) >= 0 && (matcher.registers[2 * group + 1] ?? -1) >= 0;
        return isSet ? text.slice(place(2 * group), place(2 * group + 1)) : null;
      });
      const [start = 0, end = 0] = matcher.registers;
      yield { start: unitOf(start), end: unitOf(end), groups };
      from = end;
      advancing = start === end;
    }
  }

  /** `re.findall`: whole matches, the only group, or tuples of groups. */
  findAll(text: string): (string | PyTuple)[] {
    return [...this.matches(text)].map((match) => {
      const [whole, ...groups] = match.groups.map((group) => group ?? '');
      return groups.length > 1 ? new PyTuple(groups) : (groups[0] ?? whole ?? '');
    });
  }

  /** `re.search`: the groups of the first match, or null. */
  search(text: string): readonly (string | null)[] | null {
    for (const { groups } of this.matches(text)) return groups;
    return null;
  }

  /** `re.sub`; `count` 0 = all. Throws PyError re.error for a bad replacement. */
  sub(replacement: string, text: string, count: number): string {
    spend(text.length);
    const template = parseReplacement(replacement, this.groupCount, this.names);
    let done = 0;
    let at = 0;
    let result = '';
    for (const match of this.matches(text)) {
      if (count > 0 && done === count) break;
      done++;
      const { groups } = match;
      result += text.slice(at, match.start) + template.map((part) => (typeof part === 'string' ? part : (groups[part] ?? ''))).join('');
      fitText(result.length);
      spend(replacement.length + 64);
      at = match.end;
    }
    return result + text.slice(at);
  }

  /** `re.split` for a pattern without groups. */
  split(text: string): string[] {
    const pieces: string[] = [];
    let at = 0;
    for (const { start, end } of this.matches(text)) {
      pieces.push(text.slice(at, start));
      at = end;
    }
    return [...pieces, text.slice(at)];
  }
}

/** A text's code points, and where each of them stands in UTF-16. */
function pointsOf(text: string): { readonly points: Uint32Array; readonly unitOf: (point: number) => number } {
  const points = new Uint32Array(text.length);
  let length = 0;
  for (let unit = 0; unit < text.length; unit++) {
    const point = text.codePointAt(unit) ?? 0;
    points[length++] = point;
    if (point > 0xffff) unit++;
  }
  if (length === text.length) return { points, unitOf: (point) => point };
  const units = new Uint32Array(length + 1);
  for (let point = 0; point < length; point++) units[point + 1] = (units[point] ?? 0) + ((points[point] ?? 0) > 0xffff ? 2 : 1);
  return { points: points.subarray(0, length), unitOf: (point) => units[point] ?? 0 };
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
