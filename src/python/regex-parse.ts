/** Python's `re` syntax (CPython 3.11, str patterns). */
import { PyError } from './errors';
import { caseTest, category, CharacterSet, escapedCharacter, forAscii } from './regex-class';
import { lowerCase, lowerCaseAscii } from './regex-case';
import { type At, type RegexNode, widthOf } from './regex-node';

export type ParsedPattern = { readonly node: RegexNode; readonly groupCount: number; readonly names: ReadonlyMap<string, number> };

type Flags = { readonly dotAll: boolean; readonly multiline: boolean; readonly verbose: boolean; readonly ascii: boolean; readonly ignoreCase: boolean };

const LEADING = /^\(\?([aiLmsux]+)\)/;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
/** What CPython takes for no limit. */
const MOST_REPEATS = 4_294_967_295;
const DEEPEST = 1_000;

/** Throws PyError re.error for a malformed pattern, and NotImplementedError for `\N{…}`. */
export function parsePattern(source: string): ParsedPattern {
  let at = 0;
  let letters = '';
  for (let leading = LEADING.exec(source); leading !== null; leading = LEADING.exec(source.slice(at))) {
    letters += leading[1] ?? '';
    at += leading[0].length;
  }
  if (letters.includes('L')) throw new PyError('error', "bad inline flags: cannot use 'L' flag with a str pattern");
  if (letters.includes('a') && letters.includes('u')) throw new PyError('error', "bad inline flags: flags 'a', 'u' and 'L' are incompatible");
  const has = (letter: string): boolean => letters.includes(letter);
  return new Parser(source, at).whole({ dotAll: has('s'), multiline: has('m'), verbose: has('x'), ascii: has('a'), ignoreCase: has('i') });
}

class Parser {
  private groupCount = 0;
  private readonly names = new Map<string, number>();
  private readonly widths = new Map<number, readonly [number, number]>();
  private readonly open = new Set<number>();
  /** References to groups that may come later, with where they stand. */
  private readonly wanted: (readonly [group: number, at: number])[] = [];
  private depth = 0;
  private behind = 0;
  private groupsBefore = 0;

  constructor(
    private readonly source: string,
    private at: number,
  ) {}

  whole(flags: Flags): ParsedPattern {
    const node = this.alternatives(flags);
    if (this.at < this.source.length) throw this.error('unbalanced parenthesis');
    const missing = this.wanted.find(([group]) => group > this.groupCount);
    if (missing !== undefined) throw this.error(`invalid group reference ${missing[0]}`, missing[1]);
    return { node, groupCount: this.groupCount, names: this.names };
  }

  private alternatives(flags: Flags): RegexNode {
    if (++this.depth > DEEPEST) throw new PyError('RecursionError', 'maximum recursion depth exceeded');
    const branches = [this.sequence(flags)];
    while (this.source[this.at] === '|') {
      this.at++;
      branches.push(this.sequence(flags));
    }
    this.depth--;
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'branch', branches };
  }

  private sequence(flags: Flags): RegexNode {
    const items: RegexNode[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      if (flags.verbose && this.skipVerbose()) continue;
      const start = this.at;
      const atom = this.repeated(items, flags) ?? this.atom(flags);
      if (atom !== null) items.push(atom);
      else if (this.at === start) throw this.error('nothing to repeat');
    }
    return { kind: 'sequence', items };
  }

  private skipVerbose(): boolean {
    const match = /^(?:[ \t\n\r\v\f]+|#[^\n]*)/.exec(this.source.slice(this.at));
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  /** A quantifier takes the last item away and gives its repetition; null: there is none here. */
  private repeated(items: RegexNode[], flags: Flags): RegexNode | null {
    const here = this.at;
    const match = /^(?:[*+?]|\{(\d*)(?:(,)(\d*))?\})/.exec(this.source.slice(here));
    if (match === null || match[0] === '{}') return null;
    const [text, low, comma, high] = match;
    this.at += text.length;
    const least = text === '+' ? 1 : low === undefined || low === '' ? 0 : Number(low);
    const most = text === '?' ? 1 : text === '*' || text === '+' ? Infinity : comma === undefined ? least : high === undefined || high === '' ? Infinity : Number(high);
    if (least >= MOST_REPEATS || (most !== Infinity && most >= MOST_REPEATS)) throw new PyError('OverflowError', 'the repetition number is too large');
    if (most < least) throw this.error('min repeat greater than max repeat', here);
    const body = items.at(-1);
    if (body === undefined || body.kind === 'at') throw this.error('nothing to repeat', here);
    if (body.kind === 'repeat') throw this.error('multiple repeat', here);
    items.pop();
    const next = this.source[this.at];
    const mode = next === '?' ? 'lazy' : next === '+' ? 'possessive' : 'greedy';
    if (mode !== 'greedy') this.at++;
    if (flags.verbose) while (this.skipVerbose());
    return { kind: 'repeat', body, least, most, mode };
  }

  private atom(flags: Flags): RegexNode | null {
    const character = this.source.codePointAt(this.at) ?? 0;
    this.at += character > 0xffff ? 2 : 1;
    switch (String.fromCodePoint(character)) {
      case '.':
        return { kind: 'character', test: flags.dotAll ? () => true : (found) => found !== 0x0a };
      case '^':
        return { kind: 'at', at: flags.multiline ? 'line-start' : 'start' };
      case '$':
        return { kind: 'at', at: flags.multiline ? 'line-end' : 'end' };
      case '(':
        return this.group(flags);
      case '[':
        return this.characterClass(flags);
      case '\\':
        return this.escape(flags);
      default:
        return this.literal(character, flags);
    }
  }

  private literal(character: number, flags: Flags): RegexNode {
    const test = caseTest(character, flags);
    return test === null ? { kind: 'literal', character } : { kind: 'character', test: forAscii(test) };
  }

  private escape(flags: Flags): RegexNode {
    const letter = this.source[this.at] ?? '';
    const anchors: Readonly<Record<string, At>> = {
      A: 'start', Z: 'very-end', b: flags.ascii ? 'ascii-boundary' : 'boundary', B: flags.ascii ? 'no-ascii-boundary' : 'no-boundary',
    };
    const anchor = anchors[letter];
    const test = category(letter, flags.ascii);
    if (anchor !== undefined || test !== null) this.at++;
    if (anchor !== undefined) return { kind: 'at', at: anchor };
    if (test !== null) return { kind: 'character', test };
    const rest = this.source.slice(this.at, this.at + 3);
    if (letter === 'N') throw new PyError('NotImplementedError', 'characters by name (\\N{…}) are not supported; write the character itself or \\u and its number');
    const reference = /^[1-9]\d?/.exec(rest);
    if (reference !== null && !/^[1-7][0-7]{2}/.test(rest)) {
      const from = this.at - 1;
      this.at += reference[0].length;
      return this.reference(Number(reference[0]), from, flags);
    }
    const [character, end] = escapedCharacter(this.source, this.at, false);
    this.at = end;
    return this.literal(character, flags);
  }

  private reference(index: number, from: number, { ignoreCase, ascii }: Flags): RegexNode {
    if (index > this.groupCount) throw this.error(`invalid group reference ${index}`, from + 1);
    if (this.open.has(index)) throw this.error('cannot refer to an open group', from);
    if (this.behind > 0 && index > this.groupsBefore) throw this.error('cannot refer to group defined in the same lookbehind subpattern', from);
    return { kind: 'reference', index, fold: ignoreCase ? (ascii ? lowerCaseAscii : lowerCase) : null };
  }

  private characterClass(flags: Flags): RegexNode {
    const start = this.at - 1;
    const set = new CharacterSet(flags);
    const negative = this.source[this.at] === '^';
    if (negative) this.at++;
    for (let first = true; first || this.source[this.at] !== ']'; first = false) {
      const from = this.at;
      const low = this.member(start, flags);
      if (this.source[this.at] !== '-' || this.source[this.at + 1] === ']') {
        if (typeof low === 'number') set.addCharacter(low);
        else set.addCategory(low);
        continue;
      }
      this.at++;
      const high = this.member(start, flags);
      if (typeof low !== 'number' || typeof high !== 'number' || high < low) throw this.error(`bad character range ${this.source.slice(from, this.at)}`, from);
      set.addRange(low, high);
    }
    this.at++;
    return { kind: 'character', test: set.test(negative) };
  }

  private member(start: number, { ascii }: Flags): number | ((character: number) => boolean) {
    const character = this.source.codePointAt(this.at);
    if (character === undefined) throw this.error('unterminated character set', start);
    if (character !== 0x5c) {
      this.at += character > 0xffff ? 2 : 1;
      return character;
    }
    const test = category(this.source[this.at + 1] ?? '', ascii);
    if (test !== null) {
      this.at += 2;
      return test;
    }
    if (this.source[this.at + 1] === 'N') throw new PyError('NotImplementedError', 'characters by name (\\N{…}) are not supported; write the character itself or \\u and its number');
    const [escaped, end] = escapedCharacter(this.source, this.at + 1, true);
    this.at = end;
    return escaped;
  }

  /** null: a comment. */
  private group(flags: Flags): RegexNode | null {
    const open = this.at - 1;
    const rest = this.source.slice(this.at);
    if (!rest.startsWith('?')) return this.capture('', null, flags, open);
    const named = /^\?P<([^>]*)>/.exec(rest);
    if (named !== null) return this.capture(named[0], named[1] ?? '', flags, open);
    const byName = /^\?P=([^)]*)\)/.exec(rest);
    if (byName !== null) {
      this.at += byName[0].length;
      return this.reference(this.indexOf(byName[1] ?? '', open + 4), open, flags);
    }
    if (rest.startsWith('?#')) {
      const end = this.source.indexOf(')', this.at);
      if (end < 0) throw this.error('missing ), unterminated comment', open);
      this.at = end + 1;
      return null;
    }
    if (rest.startsWith('?:')) return this.body('?:', flags, open);
    if (rest.startsWith('?>')) return { kind: 'atomic', body: this.body('?>', flags, open) };
    const look = /^\?(<?)([=!])/.exec(rest);
    if (look !== null) return this.look(look[0], look[1] === '<', look[2] === '!', flags, open);
    if (rest.startsWith('?(')) return this.condition(flags, open);
    return this.scoped(flags, open);
  }

  private look(head: string, isBehind: boolean, negative: boolean, flags: Flags, open: number): RegexNode {
    if (isBehind && this.behind++ === 0) this.groupsBefore = this.groupCount;
    const body = this.body(head, flags, open);
    if (!isBehind) return { kind: 'look', body, back: 0, negative };
    this.behind--;
    const [low, high] = widthOf(body, this.widths);
    if (low !== high) throw new PyError('error', 'look-behind requires fixed-width pattern');
    return { kind: 'look', body, back: low, negative };
  }

  private scoped(flags: Flags, open: number): RegexNode {
    const match = /^\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)]?)/.exec(this.source.slice(this.at));
    const [head = '', on = '', off, end] = match ?? [];
    if (match === null || (on === '' && off === undefined) || !/^[aiLmsux]*$/.test(on)) throw this.error(`unknown extension ${this.source.slice(this.at, this.at + 2)}`, this.at);
    if (end === ')' && off === undefined) throw this.error('global flags not at the start of the expression', open);
    if (on.includes('L')) throw this.error("bad inline flags: cannot use 'L' flag with a str pattern");
    if (on.includes('a') && on.includes('u')) throw this.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    if (off !== undefined && (off === '' || !/^[imsx]+$/.test(off))) throw this.error(/[aLu]/.test(off) ? "bad inline flags: cannot turn off flags 'a', 'u' and 'L'" : off === '' ? 'missing flag' : 'unknown flag');
    if (off !== undefined && [...off].some((letter) => on.includes(letter))) throw this.error('bad inline flags: flag turned on and off');
    if (end !== ':') throw this.error('missing :');
    const set = (letter: string, now: boolean): boolean => (now || on.includes(letter)) && off?.includes(letter) !== true;
    const inner: Flags = {
      dotAll: set('s', flags.dotAll), multiline: set('m', flags.multiline), verbose: set('x', flags.verbose), ignoreCase: set('i', flags.ignoreCase),
      ascii: (flags.ascii || on.includes('a')) && !on.includes('u'),
    };
    return this.body(head, inner, open);
  }

  private condition(flags: Flags, open: number): RegexNode {
    const match = /^\?\(([^)]*)\)/.exec(this.source.slice(this.at));
    if (match === null) throw this.error('missing ), unterminated name', open + 3);
    const name = match[1] ?? '';
    const isNumber = /^\d+$/.test(name);
    const index = isNumber ? Number(name) : this.indexOf(name, open + 3);
    if (index === 0) throw this.error('bad group number', open + 3);
    if (isNumber) this.wanted.push([index, open + 3]);
    if (this.behind > 0 && index > this.groupsBefore) throw this.error('cannot refer to group defined in the same lookbehind subpattern', open);
    this.at += match[0].length;
    const yes = this.sequence(flags);
    let no: RegexNode = { kind: 'sequence', items: [] };
    if (this.source[this.at] === '|') {
      this.at++;
      no = this.sequence(flags);
      if (this.source[this.at] === '|') throw this.error('conditional backref with more than two branches');
    }
    this.close(open);
    return { kind: 'condition', index, yes, no };
  }

  private capture(head: string, name: string | null, flags: Flags, open: number): RegexNode {
    const index = ++this.groupCount;
    if (name !== null) {
      if (!IDENTIFIER.test(name)) throw this.error(name === '' ? 'missing group name' : `bad character in group name '${name}'`, open + 4);
      const earlier = this.names.get(name);
      if (earlier !== undefined) throw this.error(`redefinition of group name '${name}' as group ${index}; was group ${earlier}`, open + 4);
      this.names.set(name, index);
    }
    this.open.add(index);
    const body = this.body(head, flags, open);
    this.open.delete(index);
    this.widths.set(index, widthOf(body, this.widths));
    return { kind: 'group', index, body };
  }

  private body(head: string, flags: Flags, open: number): RegexNode {
    this.at += head.length;
    const inside = this.alternatives(flags);
    this.close(open);
    // A group of its own: what is repeated is the whole of it.
    return { kind: 'sequence', items: [inside] };
  }

  private close(open: number): void {
    if (this.source[this.at] !== ')') throw this.error('missing ), unterminated subpattern', open);
    this.at++;
  }

  private indexOf(name: string, at: number): number {
    if (!IDENTIFIER.test(name)) throw this.error(name === '' ? 'missing group name' : `bad character in group name '${name}'`, at);
    const index = this.names.get(name);
    if (index === undefined) throw this.error(`unknown group name '${name}'`, at);
    return index;
  }

  private error(reason: string, at = this.at): PyError {
    return new PyError('error', `${reason} at position ${at}`);
  }
}
