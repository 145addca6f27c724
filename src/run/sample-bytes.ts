/** A document's line of the samples file, out of the bytes of its journal line: a million of them are taken from one file to the other without a text being made. */
import type { TextBytes } from '../files/text-bytes';

const SAMPLES = Buffer.from(',"samples":[');
const END = Buffer.from(']}}');
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];

/** What stands for a byte behind a backslash; `u` is none of them. */
const ESCAPED = new Uint8Array(128);
for (const [letter, stands] of Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' })) ESCAPED[letter.charCodeAt(0)] = stands.charCodeAt(0);

/**
 * Appends the sample of filter number `filter` to `into`; returns its bytes, 0 where the line has none. Samples are the end of a
 * document and of its line, which was read as a whole before or written by this process; within a text no quote stands without a backslash.
 */
export function sampleBytes(line: Buffer, filter: number, into: TextBytes): number {
  const found = line.lastIndexOf(SAMPLES);
  const end = line.length - END.length;
  if (found < 0 || !line.subarray(Math.max(0, end)).equals(END)) return 0;
  let at = found + SAMPLES.length;
  for (let before = filter; before > 0; before--) {
    at = endOfText(line, at, end) + 1;
    if (line[at - 1] !== COMMA) return 0;
  }
  if (at >= end || line[at] !== QUOTE) return 0;
  const text = line.subarray(at + 1, endOfText(line, at, end) - 1);
  if (!text.includes('\\u')) return into.fill(text.length, (bytes, place) => unescaped(text, bytes, place));
  // Units that are written as numbers, halves of surrogate pairs among them.
  return into.add(JSON.parse(`"${text.toString('utf8')}"`) as string);
}

/** Behind the closing quote of the text that is opened at `at`. */
function endOfText(line: Buffer, at: number, end: number): number {
  for (let next = at + 1; next < end; next++) {
    if (line[next] === BACKSLASH) next++;
    else if (line[next] === QUOTE) return next + 1;
  }
  return end;
}

function unescaped(text: Buffer, into: Buffer, place: number): number {
  let to = place;
  for (let from = 0; from < text.length; from++) {
    const byte = text[from] ?? 0;
    into[to++] = byte === BACKSLASH ? (ESCAPED[text[++from] ?? 0] ?? 0) : byte;
  }
  return to - place;
}

const DIGITS = 64;
const PARTS = ['"doc_hash": "', '", "prompt_hash": "', '", "target_hash": "'].map((part) => Buffer.from(part));
/** 64 hex digits each of a document, its prompt and its target. */
export const HASH_BYTES = PARTS.length * DIGITS;

/** Copies the hashes of a sample line; returns their bytes, 0 where they are not all there. The line's own stand behind its document, which may have a key of that name. */
export function hashDigits(sample: Buffer, into: Buffer, place: number): number {
  const [first = SAMPLES] = PARTS;
  let at = sample.lastIndexOf(first);
  if (at < 0) return 0;
  for (const [index, part] of PARTS.entries()) {
    if (!sample.subarray(at, at + part.length).equals(part)) return 0;
    at += part.length;
    if (at + DIGITS > sample.length) return 0;
    sample.copy(into, place + index * DIGITS, at, at + DIGITS);
    at += DIGITS;
  }
  return HASH_BYTES;
}
