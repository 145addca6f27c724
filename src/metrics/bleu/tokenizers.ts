/** sacrebleu 2.6.0's tokenizers that need no dictionary: from a segment to its tokens. */
import { split, strip } from '../../python/string';

export type Tokenizer = (segment: string) => string[];

/** Punctuation marks and blanks split off as in mteval-v13a, digits apart from what stands beside them. */
function splitMarks(line: string): string {
  return line
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

/** mteval-v13a of WMT. */
function tokenize13a(segment: string): string[] {
  const line = segment.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  const plain = line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  return words(splitMarks(` ${plain} `));
}

/** mteval-v14's international tokenizer. */
function tokenizeIntl(segment: string): string[] {
  return words(
    segment
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/\p{S}/gu, ' $& '),
  );
}

/**
 * Two ranges are written with four-digit escapes in sacrebleu, and so are U+2001–2A6D and U+2F81–2FA1: curly quotes, dashes and arrows
 * are split off, extension B is not.
 */
const CHINESE =
  /[\u2001-\u2a6d\u2e80-\u2eff\u2f00-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;

function tokenizeChinese(segment: string): string[] {
  return words(splitMarks(strip(segment, null, 'both').replace(CHINESE, ' $& ')));
}

/** Every character but white space. */
function tokenizeCharacters(segment: string): string[] {
  return words(Array.from(segment).join(' '));
}

function words(line: string): string[] {
  return split(line, null, -1);
}

export const TOKENIZERS = {
  '13a': tokenize13a,
  intl: tokenizeIntl,
  zh: tokenizeChinese,
  char: tokenizeCharacters,
  none: words,
} as const satisfies Readonly<Record<string, Tokenizer>>;

export type TokenizerName = keyof typeof TOKENIZERS;
