import { PyError } from './errors';
import { CharacterClass, literalCharacter, WORD_ASCII, WORD_UNICODE } from './regex-class';

export type TranslatedPattern = {
  /** For `new RegExp(pattern, 'u')`; Python's group n is called `g<n>`. */
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly groupCount: number;
  readonly names: ReadonlyMap<string, number>;
};

type Flags = { readonly dotAll: boolean; readonly multiline: boolean; readonly verbose: boolean; readonly ascii: boolean };

/**
 * Python `re` syntax as a JavaScript pattern with the same meaning for str patterns:
 * `$` before a last line end, Unicode `\d \w \s \b`, `\A \Z`, named groups, inline flags, possessive and atomic groups.
 * Throws PyError re.error for a malformed pattern and NotImplementedError for what JavaScript cannot express.
 */
export function translatePattern(source: string): TranslatedPattern {
  const leading = /^(?:\(\?([aiLmsux]+)\))+/.exec(source);
  const letters = leading === null ? '' : leading[0].replace(/[()?]/g, '');
  const flags = { dotAll: letters.includes('s'), multiline: letters.includes('m'), verbose: letters.includes('x'), ascii: letters.includes('a') };
  const translator = new Translator(source, leading?.[0].length ?? 0, letters.includes('i'));
  const pattern = translator.whole(flags);
  return { pattern, ignoreCase: letters.includes('i'), groupCount: translator.groupCount, names: translator.names };
}

class Translator {
  groupCount = 0;
  readonly names = new Map<string, number>();
  private atomicCount = 0;
  constructor(
    private readonly source: string,
    private at: number,
    private readonly ignoreCase: boolean,
  ) {}

  whole(flags: Flags): string {
    const pattern = this.alternatives(flags);
    if (this.at < this.source.length) throw this.error('unbalanced parenthesis');
    return pattern;
  }

  private alternatives(flags: Flags): string {
    let result = '';
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        this.at++;
        result += '|';
      } else {
        result += this.piece(flags);
      }
    }
    return result;
  }

  private piece(flags: Flags): string {
    if (flags.verbose && this.skipVerbose()) return '';
    const atom = this.atom(flags);
    if (atom === '') return '';
    if (flags.verbose) while (this.skipVerbose());
    const repeat = this.quantifier();
    if (repeat === null) return atom;
    const body = `(?:${atom})${repeat}`;
    if (this.source[this.at] === '?') {
      this.at++;
      return `${body}?`;
    }
    if (this.source[this.at] !== '+') return body;
    this.at++;
    return this.atomic(body);
  }

  /** Python's `(?>body)`: a lookahead never gives back what it took. */
  private atomic(body: string): string {
    const name = `a${++this.atomicCount}`;
    return `(?:(?=(?<${name}>${body}))\\k<${name}>)`;
  }

  private skipVerbose(): boolean {
    const match = /^(?:\s+|#[^\n]*)/.exec(this.source.slice(this.at));
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  private quantifier(): string | null {
    const match = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(this.source.slice(this.at));
    if (match === null || match[0] === '{}') return null;
    this.at += match[0].length;
    const [text, low, comma, high] = match;
    if (comma === undefined) return text;
    if (low !== '' && high !== '' && Number(high) < Number(low)) throw this.error('min repeat greater than max repeat');
    return comma === '' ? `{${low}}` : `{${low === '' ? '0' : low},${high}}`;
  }

  private atom(flags: Flags): string {
    const character = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.at += character.length;
    switch (character) {
      case '.':
        return flags.dotAll ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
      case '$':
        return flags.multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))';
      case '(':
        return this.group(flags);
      case '[':
        return this.characterClass(flags);
      case '\\':
        return this.escape(flags);
      case '*':
      case '+':
      case '?':
        throw this.error('nothing to repeat', this.at - 1);
      default:
        return literalCharacter(character);
    }
  }

  private escape(flags: Flags): string {
    const letter = this.source[this.at] ?? '';
    const word = flags.ascii ? WORD_ASCII : WORD_UNICODE;
    const anchors: Readonly<Record<string, string>> = {
      A: '(?<![\\s\\S])',
      Z: '(?![\\s\\S])',
      b: `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`,
      B: `(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`,
    };
    const anchor = anchors[letter];
    if (anchor !== undefined) {
      this.at++;
      return anchor;
    }
    const reference = /^[1-9]\d?/.exec(this.source.slice(this.at));
    if (reference !== null && !/^[1-3][0-7]{2}/.test(this.source.slice(this.at))) {
      this.at += reference[0].length;
      if (Number(reference[0]) > this.groupCount) throw this.error(`invalid group reference ${reference[0]}`);
      return `\\k<g${reference[0]}>`;
    }
    const set = new CharacterClass(flags.ascii);
    this.at = set.addEscape(this.source, this.at);
    return set.pattern(false);
  }

  private characterClass(flags: Flags): string {
    const set = new CharacterClass(flags.ascii);
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    this.at = set.addMembers(this.source, this.at);
    return set.pattern(negated);
  }

  private group(flags: Flags): string {
    const rest = this.source.slice(this.at);
    const named = /^\?P<([^>]*)>/.exec(rest);
    if (named !== null) return this.capture(named[0], named[1] ?? '', flags);
    if (!rest.startsWith('?')) return this.capture('', null, flags);
    const reference = /^\?P=([^)]*)\)/.exec(rest);
    if (reference !== null) return this.namedReference(reference[0], reference[1] ?? '');
    if (rest.startsWith('?#')) {
      const end = this.source.indexOf(')', this.at);
      if (end < 0) throw this.error('missing ), unterminated comment');
      this.at = end + 1;
      return '';
    }
    const plain = /^\?(?:<?[=!]|:)/.exec(rest);
    if (plain !== null) return `(${plain[0]}${this.body(plain[0], flags)})`;
    if (rest.startsWith('?>')) return this.atomic(this.body('?>', flags));
    const scoped = /^\?([aiLmsux]*)(?:-([imsx]+))?:/.exec(rest);
    if (scoped !== null) return `(?:${this.body(scoped[0], this.withFlags(flags, scoped[1] ?? '', scoped[2] ?? ''))})`;
    if (rest.startsWith('?(')) throw new PyError('NotImplementedError', 'conditional groups (?(…)…) are not supported');
    throw this.error('unknown extension');
  }

  private withFlags(flags: Flags, on: string, off: string): Flags {
    if ((on.includes('i') && !this.ignoreCase) || (off.includes('i') && this.ignoreCase)) {
      throw new PyError('NotImplementedError', 'ignoring case in a part of a pattern is not supported; put (?i) at its start');
    }
    const set = (letter: string, now: boolean): boolean => (now || on.includes(letter)) && !off.includes(letter);
    return { dotAll: set('s', flags.dotAll), multiline: set('m', flags.multiline), verbose: set('x', flags.verbose), ascii: set('a', flags.ascii) && !on.includes('u') };
  }

  private capture(head: string, name: string | null, flags: Flags): string {
    const number = ++this.groupCount;
    if (name !== null) {
      if (this.names.has(name)) throw this.error(`redefinition of group name '${name}'`);
      this.names.set(name, number);
    }
    return `(?<g${number}>${this.body(head, flags)})`;
  }

  private body(head: string, flags: Flags): string {
    const open = this.at - 1;
    this.at += head.length;
    const inside = this.alternatives(flags);
    if (this.source[this.at] !== ')') throw this.error('missing ), unterminated subpattern', open);
    this.at++;
    return inside;
  }

  private namedReference(text: string, name: string): string {
    const number = this.names.get(name);
    if (number === undefined) throw this.error(`unknown group name '${name}'`);
    this.at += text.length;
    return `\\k<g${number}>`;
  }

  private error(reason: string, at = this.at): PyError {
    return new PyError('error', `${reason} at position ${at}`);
  }
}
