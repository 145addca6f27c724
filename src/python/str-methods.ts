import { BoundArguments } from './arguments';
import { getItem } from './subscript';
import { dictGet, iterate } from './compare';
import { collect, fitText, spend } from './effort';
import { PyError } from './errors';
import { formatText } from './format';
import type { CallArguments } from './object';
import { str, typeName } from './print';
import * as text from './string';
import * as unicode from './unicode';
import { PyTuple, type PyDict, type PyValue } from './value';

type Method = (self: string, args: CallArguments) => PyValue;

const none = (name: string, body: (self: string) => PyValue): Method => (self, args) => {
  new BoundArguments(name, args, []);
  spend(self.length);
  return body(self);
};

const test = (name: string, body: (self: string) => boolean): Method => none(name, (self) => self !== '' && body(self));

const strip = (name: string, side: 'both' | 'left' | 'right'): Method => (self, args) =>
  text.strip(self, new BoundArguments(name, args, ['chars']).textOr('chars', null), side);

const split = (name: string, body: typeof text.split): Method => (self, args) => {
  const bound = new BoundArguments(name, args, ['sep', 'maxsplit']);
  return body(self, bound.textOr('sep', null), bound.integer('maxsplit', -1));
};

const finder = (name: string, fromRight: boolean, must: boolean): Method => (self, args) => {
  const bound = new BoundArguments(name, args, ['sub', 'start', 'end'], 1);
  const at = text.find(self, bound.text('sub'), bound.bound('start'), bound.bound('end'), fromRight);
  if (must && at < 0) throw new PyError('ValueError', 'substring not found');
  return BigInt(at);
};

const affix = (name: string, body: (part: string, affix: string) => boolean): Method => (self, args) => {
  const bound = new BoundArguments(name, args, ['prefix', 'start', 'end'], 1);
  const { part, empty } = text.window(self, bound.bound('start'), bound.bound('end'));
  const wanted = bound.value('prefix') ?? null;
  const candidates = wanted instanceof PyTuple ? wanted.items : [wanted];
  return candidates.some((candidate) => {
    if (typeof candidate !== 'string') throw new PyError('TypeError', `${name} first arg must be str or a tuple of str, not ${typeName(candidate)}`);
    return !empty && body(part, candidate);
  });
};

const filler = (name: string, body: (self: string, width: number, fill: string) => string): Method => (self, args) => {
  const bound = new BoundArguments(name, args, ['width', 'fillchar'], 1);
  const fill = bound.textOr('fillchar', ' ');
  if (unicode.codePointCount(fill) !== 1) throw new PyError('TypeError', 'The fill character must be exactly one character long');
  return body(self, bound.integer('width'), fill);
};

function join(self: string, args: CallArguments): PyValue {
  const parts = collect(iterate(new BoundArguments('join', args, ['iterable'], 1).value('iterable') ?? null));
  return text.join(
    parts.map((part, index) => {
      if (typeof part !== 'string') throw new PyError('TypeError', `sequence item ${index}: expected str instance, ${typeName(part)} found`);
      return part;
    }),
    self,
  );
}

function translate(self: string, args: CallArguments): PyValue {
  const table = new BoundArguments('translate', args, ['table'], 1).value('table') ?? null;
  if (!(table instanceof Map)) throw new PyError('TypeError', `'${typeName(table)}' object is not a translation table`);
  let result = '';
  for (const character of unicode.codePoints(self)) {
    result += translated(table, character);
    fitText(result.length);
  }
  return result;
}

function translated(table: PyDict, character: string): string {
  const value = dictGet(table, BigInt(character.codePointAt(0) ?? 0));
  if (value === undefined) return character;
  if (value === null) return '';
  if (typeof value !== 'bigint') return str(value);
  if (value < 0n || value > 0x10ffffn) throw new PyError('ValueError', 'character mapping must be in range(0x110000)');
  return String.fromCodePoint(Number(value));
}

function formatMap(self: string, args: CallArguments): PyValue {
  const mapping = new BoundArguments('format_map', args, ['mapping'], 1).value('mapping') ?? null;
  const named = new Map<string, PyValue>();
  for (const key of iterate(mapping)) if (typeof key === 'string') named.set(key, getItem(mapping, key));
  return formatText(self, { positional: [], named });
}

/** The methods of `str` that templates may call. */
export const STR_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['capitalize', none('capitalize', text.capitalize)],
  ['casefold', none('casefold', (self) => unicode.codePoints(self).map(unicode.foldCharacter).join(''))],
  ['lower', none('lower', (self) => self.toLowerCase())],
  ['upper', none('upper', (self) => self.toUpperCase())],
  ['title', none('title', text.title)],
  ['swapcase', none('swapcase', text.swapCase)],
  ['strip', strip('strip', 'both')],
  ['lstrip', strip('lstrip', 'left')],
  ['rstrip', strip('rstrip', 'right')],
  ['split', split('split', text.split)],
  ['rsplit', split('rsplit', text.splitRight)],
  ['splitlines', (self, args) => text.splitLines(self, new BoundArguments('splitlines', args, ['keepends']).or('keepends', false) === true)],
  ['partition', (self, args) => text.partition(self, new BoundArguments('partition', args, ['sep'], 1).text('sep'), false)],
  ['rpartition', (self, args) => text.partition(self, new BoundArguments('rpartition', args, ['sep'], 1).text('sep'), true)],
  ['replace', (self, args) => {
    const bound = new BoundArguments('replace', args, ['old', 'new', 'count'], 2);
    return text.replace(self, bound.text('old'), bound.text('new'), bound.integer('count', -1));
  }],
  ['removeprefix', (self, args) => {
    const prefix = new BoundArguments('removeprefix', args, ['prefix'], 1).text('prefix');
    return self.startsWith(prefix) ? self.slice(prefix.length) : self;
  }],
  ['removesuffix', (self, args) => {
    const suffix = new BoundArguments('removesuffix', args, ['suffix'], 1).text('suffix');
    return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
  }],
  ['find', finder('find', false, false)],
  ['rfind', finder('rfind', true, false)],
  ['index', finder('index', false, true)],
  ['rindex', finder('rindex', true, true)],
  ['count', (self, args) => {
    const bound = new BoundArguments('count', args, ['sub', 'start', 'end'], 1);
    return BigInt(text.count(self, bound.text('sub'), bound.bound('start'), bound.bound('end')));
  }],
  ['startswith', affix('startswith', (part, candidate) => part.startsWith(candidate))],
  ['endswith', affix('endswith', (part, candidate) => part.endsWith(candidate))],
  ['join', join],
  ['format', (self, args) => formatText(self, args)],
  ['format_map', formatMap],
  ['translate', translate],
  ['center', filler('center', text.center)],
  ['ljust', filler('ljust', (self, width, fill) => text.justify(self, width, fill, 'left'))],
  ['rjust', filler('rjust', (self, width, fill) => text.justify(self, width, fill, 'right'))],
  ['zfill', (self, args) => text.zeroFill(self, new BoundArguments('zfill', args, ['width'], 1).integer('width'))],
  ['expandtabs', (self, args) => text.expandTabs(self, new BoundArguments('expandtabs', args, ['tabsize']).integer('tabsize', 8))],
  ['isdigit', test('isdigit', unicode.isDigit)],
  ['isdecimal', test('isdecimal', unicode.isDecimal)],
  ['isnumeric', test('isnumeric', unicode.isNumeric)],
  ['isalpha', test('isalpha', unicode.isAlpha)],
  ['isalnum', test('isalnum', unicode.isAlnum)],
  ['isspace', test('isspace', unicode.isSpace)],
  ['isupper', test('isupper', unicode.isUpper)],
  ['islower', test('islower', unicode.isLower)],
  ['istitle', test('istitle', unicode.isTitle)],
  ['isidentifier', test('isidentifier', unicode.isIdentifier)],
  ['isprintable', none('isprintable', unicode.isPrintable)],
  ['isascii', none('isascii', (self) => /^[\x00-\x7f]*$/.test(self))],
]);
