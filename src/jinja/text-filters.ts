import { BoundArguments } from '../python/arguments';
import { arithmetic } from '../python/arithmetic';
import { iterate } from '../python/compare';
import { collect, PRICE, spend, spendText } from '../python/effort';
import { PyError } from '../python/errors';
import { dumps } from '../python/json';
import type { CallArguments } from '../python/object';
import { percentFormat } from '../python/percent';
import { repr, str, typeName } from '../python/print';
import { PyPattern } from '../python/regex';
import { capitalize, center, replace, split, splitLines, splitRight, strip } from '../python/string';
import { codePointCount, codePoints, SPACE_CLASS } from '../python/unicode';
import { PyTuple, type PyValue } from '../python/value';
import type { Filter } from './environment';

const plain = (name: string, body: (text: string) => PyValue): Filter => (input, args) => {
  new BoundArguments(name, args, []);
  const text = str(input);
  spend(text.length);
  return body(text);
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' };
const escape = (text: string): string => text.replace(/[&<>'"]/g, (mark) => ENTITIES[mark] ?? mark);

/** Jinja2's `title` also starts words after `-`, brackets and `<`, and leaves apostrophes alone. */
const WORD_BEGINNING = new RegExp(`([-${SPACE_CLASS}({\\[<]+)`);
const titleWords = (text: string): string =>
  text
    .split(WORD_BEGINNING)
    .map((word) => {
      const [first = ''] = word;
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    })
    .join('');

function indent(text: string, args: CallArguments): string {
  const bound = new BoundArguments('indent', args, ['width', 'first', 'blank']);
  const width = bound.or('width', 4n);
  const lines = splitLines(`${text}\n`, false);
  const size = typeof width === 'string' ? width.length : Math.max(0, bound.integer('width', 4));
  spendText(text.length + lines.length * size);
  const indention = typeof width === 'string' ? width : ' '.repeat(size);
  const blank = bound.or('blank', false) === true;
  const indented = lines.map((line, index) => (index === 0 || (line === '' && !blank) ? line : indention + line)).join('\n');
  return bound.or('first', false) === true ? indention + indented : indented;
}

function truncate(text: string, args: CallArguments): string {
  const bound = new BoundArguments('truncate', args, ['length', 'killwords', 'end', 'leeway']);
  const [length, leeway, end] = [bound.integer('length', 255), bound.bound('leeway') ?? 5, bound.textOr('end', '...')];
  const room = length - codePointCount(end);
  if (room < 0) throw new PyError('AssertionError', `expected length >= ${codePointCount(end)}, got ${length}`);
  if (codePointCount(text) <= length + leeway) return text;
  const head = codePoints(text).slice(0, room).join('');
  return (bound.or('killwords', false) === true ? head : (splitRight(head, ' ', 1)[0] ?? '')) + end;
}

/** Greedy filling of lines at spaces, as Python's `textwrap.wrap` does for words without hyphens. */
function wordwrap(text: string, args: CallArguments): string {
  const bound = new BoundArguments('wordwrap', args, ['width', 'break_long_words', 'wrapstring', 'break_on_hyphens']);
  const width = bound.integer('width', 79);
  if (width <= 0) throw new PyError('ValueError', `invalid width ${width} (must be > 0)`);
  const breakLong = bound.or('break_long_words', true) !== false;
  const hyphens = bound.or('break_on_hyphens', true) !== false;
  const newline = bound.textOr('wrapstring', '\n');
  return splitLines(text, false).map((line) => wrapLine(line, width, breakLong, hyphens).join(newline)).join(newline);
}

function wrapLine(line: string, width: number, breakLong: boolean, hyphens: boolean): string[] {
  const pattern = hyphens ? /[\t\n\v\f\r ]+|[^\t\n\v\f\r ]*?[\p{L}\p{N}_]-(?=\p{L})|[^\t\n\v\f\r ]+/gu : /[\t\n\v\f\r ]+|[^\t\n\v\f\r ]+/g;
  const chunks = (line.match(pattern) ?? []).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && strip(chunks.at(-1) ?? '', null, 'both') === '') chunks.pop();
    const current: string[] = [];
    let size = 0;
    for (let next = chunks.at(-1); next !== undefined && size + codePointCount(next) <= width; next = chunks.at(-1)) {
      size += codePointCount(next);
      current.push(chunks.pop() ?? '');
    }
    const long = chunks.at(-1);
    if (long !== undefined && codePointCount(long) > width) {
      const room = Math.max(1, width - size);
      if (breakLong) {
        current.push(codePoints(long).slice(0, room).join(''));
        chunks[chunks.length - 1] = codePoints(long).slice(room).join('');
      } else if (current.length === 0) {
        current.push(chunks.pop() ?? '');
      }
    }
    if (current.length > 0 && strip(current.at(-1) ?? '', null, 'both') === '') current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function urlencode(input: PyValue): string {
  if (typeof input === 'string' || input === null || typeof input !== 'object') return quoteUrl(str(input), '/');
  const pairs = input instanceof Map ? [...input] : collect(iterate(input)).map((pair) => collect(iterate(pair)));
  return pairs.map(([key, value]) => `${quoteUrl(str(key ?? null), '').replaceAll('%20', '+')}=${quoteUrl(str(value ?? null), '').replaceAll('%20', '+')}`).join('&');
}

function quoteUrl(text: string, safe: string): string {
  spend(text.length * PRICE.item * 4);
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_.~-]/.test(character) || (safe !== '' && character === safe) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

const UNESCAPED: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#39;': "'", '&#34;': '"', '&quot;': '"' };

/** Without everything from an `open` to the next `close`. */
function without(text: string, open: string, close: string): string {
  let result = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) return result + text.slice(at);
    result += text.slice(at, start);
    at = end + close.length;
  }
}

function stripTags(text: string): string {
  const bare = without(without(text, '<!--', '-->'), '<', '>');
  return split(bare, null, -1).join(' ').replace(/&(?:amp|lt|gt|quot|#39|#34);/g, (entity) => UNESCAPED[entity] ?? entity);
}

const HTML_IN_JSON: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', "'": '\\u0027' };

function tojson(input: PyValue, args: CallArguments): string {
  const json = dumps(input, { indent: new BoundArguments('tojson', args, ['indent']).bound('indent'), sortKeys: true });
  return json.replace(/[<>&']/g, (mark) => HTML_IN_JSON[mark] ?? mark);
}

function format(input: PyValue, { positional, named }: CallArguments): string {
  if (positional.length > 0 && named.size > 0) throw new PyError('FilterArgumentError', "can't handle positional and keyword arguments at the same time");
  return percentFormat(str(input), named.size > 0 ? new Map(named) : new PyTuple(positional));
}

const MOST_PATTERNS = 64;
const patterns = new Map<string, PyPattern>();

/** The harness's own filter: `re.sub(pattern, repl, string, count)`. */
export function regexReplace(input: PyValue, args: CallArguments): string {
  const bound = new BoundArguments('regex_replace', args, ['pattern', 'repl', 'count'], 2);
  if (typeof input !== 'string') throw new PyError('TypeError', `expected string or bytes-like object, got '${typeName(input)}'`);
  const source = bound.text('pattern');
  const pattern = patterns.get(source) ?? new PyPattern(source);
  // Patterns may be made of documents.
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(source, pattern);
  return pattern.sub(bound.text('repl'), input, bound.integer('count', 0));
}

/** Filters that make text of text. */
export const TEXT_FILTERS: readonly (readonly [string, Filter])[] = [
  ['capitalize', plain('capitalize', capitalize)],
  ['lower', plain('lower', (text) => text.toLowerCase())],
  ['upper', plain('upper', (text) => text.toUpperCase())],
  ['title', plain('title', titleWords)],
  ['string', plain('string', (text) => text)],
  ['safe', plain('safe', (text) => text)],
  ['e', plain('escape', escape)],
  ['escape', plain('escape', escape)],
  ['forceescape', plain('forceescape', escape)],
  ['striptags', plain('striptags', stripTags)],
  ['wordcount', plain('wordcount', (text) => BigInt(text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0))],
  ['trim', (input, args) => strip(str(input), new BoundArguments('trim', args, ['chars']).textOr('chars', null), 'both')],
  ['center', (input, args) => center(str(input), new BoundArguments('center', args, ['width']).integer('width', 80), ' ')],
  ['indent', (input, args) => indent(str(arithmetic('+', input, '')), args)],
  ['truncate', (input, args) => truncate(str(input), args)],
  ['wordwrap', (input, args) => wordwrap(str(input), args)],
  ['urlencode', (input) => urlencode(input)],
  ['tojson', tojson],
  ['pprint', (input) => repr(input)],
  ['format', format],
  ['replace', (input, args) => {
    const bound = new BoundArguments('replace', args, ['old', 'new', 'count'], 2);
    return replace(str(input), str(bound.or('old', '')), str(bound.or('new', '')), bound.bound('count') ?? -1);
  }],
];
