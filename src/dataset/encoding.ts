/** Python's names of encodings, and bytes in them as text. */
import { isUtf8 } from 'node:buffer';
import { broken } from './broken';

export interface Decoder {
  /** Whole characters only; the beginning of one waits for the next piece. Throws AssayError (broken-data). */
  decode(bytes: Buffer): string;
  end(): string;
}

const NAMES = {
  'utf-8': ['utf-8', 'utf8', 'u8', 'cp65001'],
  'utf-8-sig': ['utf-8-sig', 'utf8-sig'],
  'utf-16': ['utf-16', 'utf16', 'u16'],
  'utf-16-le': ['utf-16-le', 'utf-16le', 'utf16-le', 'utf16le', 'unicodelittleunmarked'],
  'utf-16-be': ['utf-16-be', 'utf-16be', 'utf16-be', 'utf16be', 'unicodebigunmarked'],
  'latin-1': ['latin-1', 'latin1', 'latin', 'l1', 'iso-8859-1', 'iso8859-1', '8859', 'cp819'],
  cp1252: ['cp1252', 'windows-1252', '1252'],
  ascii: ['ascii', 'us-ascii', '646'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Encoding = keyof typeof NAMES;

export const ENCODINGS: readonly string[] = Object.keys(NAMES);

/** The encoding of one of Python's names for it, in any spelling; null: one that is not known here. */
export function encodingOf(name: string): Encoding | null {
  const bare = name.toLowerCase().replaceAll('_', '-').replaceAll(' ', '-');
  for (const encoding of Object.keys(NAMES) as Encoding[]) {
    if ((NAMES[encoding] as readonly string[]).includes(bare)) return encoding;
  }
  return null;
}

/** Throws AssayError (broken-data) for an encoding that is not known. */
export function decoderOf(name: string, file: string): Decoder {
  const encoding = encodingOf(name);
  switch (encoding) {
    case 'utf-8':
      return new Utf8(file, false);
    case 'utf-8-sig':
      return new Utf8(file, true);
    case 'utf-16':
      return new Utf16(file, null);
    case 'utf-16-le':
      return new Utf16(file, 'little');
    case 'utf-16-be':
      return new Utf16(file, 'big');
    case 'latin-1':
      return { decode: (bytes) => bytes.toString('latin1'), end: () => '' };
    case 'cp1252':
      return new SingleByte(file, 'cp1252', CP1252);
    case 'ascii':
      return new SingleByte(file, 'ASCII', new Map(Array.from({ length: 128 }, (_, index) => [128 + index, null])));
    case null:
      throw broken(file, `the encoding "${name}" is not known here; these are: ${ENCODINGS.join(', ')}`);
  }
}

/** Keeps a byte order mark as a character, as Python does, unless it is to go. */
class Utf8 implements Decoder {
  private carry = Buffer.alloc(0);
  private offset = 0;
  private line = 1;
  private isFirst = true;

  constructor(
    private readonly file: string,
    private readonly dropMark: boolean,
  ) {}

  decode(piece: Buffer): string {
    const bytes = this.carry.length === 0 ? piece : Buffer.concat([this.carry, piece]);
    const whole = wholeUtf8(bytes);
    this.carry = Buffer.from(bytes.subarray(whole));
    return this.text(bytes.subarray(0, whole));
  }

  end(): string {
    const { carry } = this;
    this.carry = Buffer.alloc(0);
    return carry.length === 0 ? '' : this.text(carry);
  }

  private text(bytes: Buffer): string {
    if (!isUtf8(bytes)) throw this.failure(bytes);
    this.offset += bytes.length;
    this.line += newlines(bytes, bytes.length);
    const text = bytes.toString('utf8');
    const starts = this.isFirst && bytes.length > 0;
    if (starts) this.isFirst = false;
    return starts && this.dropMark ? text.replace(/^\ufeff/, '') : text;
  }

  private failure(bytes: Buffer): Error {
    const at = firstInvalidByte(bytes);
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    const detail = `it is not UTF-8: byte 0x${byte} at position ${this.offset + at}. Save it as UTF-8; a task file may name another encoding in dataset_kwargs`;
    return broken(this.file, detail, this.line + newlines(bytes, at));
  }
}

/** Bytes up to the last character that may go on in the next piece. */
function wholeUtf8(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function newlines(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) if (bytes[at] === 10) count++;
  return count;
}

/** Where the first sequence that is no UTF-8 begins. */
function firstInvalidByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  // Halves that end at a whole character, up to three bytes earlier.
  while (bad - good > 8) {
    const middle = (good + bad) >> 1;
    const cut = good + wholeUtf8(bytes.subarray(good, middle));
    if (isUtf8(bytes.subarray(good, cut))) good = cut;
    else bad = middle;
  }
  for (let length = 1; good + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(good, good + length))) {
      good += length;
      length = 0;
    } else if (length >= 4) break;
  }
  return good;
}

/** Without a given order the mark decides and goes; without either it is little-endian, as Python has it on such machines. */
class Utf16 implements Decoder {
  private carry = Buffer.alloc(0);
  private half = '';

  constructor(
    private readonly file: string,
    private order: 'little' | 'big' | null,
  ) {}

  decode(piece: Buffer): string {
    let bytes = this.carry.length === 0 ? piece : Buffer.concat([this.carry, piece]);
    const whole = bytes.length - (bytes.length % 2);
    this.carry = Buffer.from(bytes.subarray(whole));
    bytes = bytes.subarray(0, whole);
    if (this.order === null && bytes.length > 0) {
      const mark = bytes.readUInt16LE(0);
      this.order = mark === 0xfffe ? 'big' : 'little';
      if (mark === 0xfffe || mark === 0xfeff) bytes = bytes.subarray(2);
    }
    let text = this.half + (this.order === 'big' ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
    const last = text.charCodeAt(text.length - 1);
    const cut = last >= 0xd800 && last < 0xdc00;
    this.half = cut ? text.slice(-1) : '';
    if (cut) text = text.slice(0, -1);
    if (/\p{Surrogate}/u.test(text)) throw this.failure();
    return text;
  }

  end(): string {
    if (this.carry.length > 0 || this.half !== '') throw this.failure();
    return '';
  }

  private failure(): Error {
    return broken(this.file, 'it is not UTF-16: half of a character');
  }
}

/** Latin-1 but for some bytes; null: no character. */
class SingleByte implements Decoder {
  private line = 1;
  private offset = 0;

  constructor(
    private readonly file: string,
    private readonly name: string,
    private readonly others: ReadonlyMap<number, string | null>,
  ) {}

  decode(bytes: Buffer): string {
    const text = bytes.toString('latin1').replace(/[\x80-\xff]/g, (character, at: number) => {
      const other = this.others.get(character.charCodeAt(0));
      if (other === null) throw this.failure(bytes, at);
      return other ?? character;
    });
    this.offset += bytes.length;
    this.line += newlines(bytes, bytes.length);
    return text;
  }

  end(): string {
    return '';
  }

  private failure(bytes: Buffer, at: number): Error {
    const byte = (bytes[at] ?? 0).toString(16);
    return broken(this.file, `it is not ${this.name}: byte 0x${byte} at position ${this.offset + at}`, this.line + newlines(bytes, at));
  }
}

/** What Windows-1252 has at 0x80 to 0x9f, five of them nothing. */
const CP1252: ReadonlyMap<number, string | null> = new Map(
  [...'€\u0000‚ƒ„…†‡ˆ‰Š‹Œ\u0000Ž\u0000\u0000‘’“”•–—˜™š›œ\u0000žŸ'].map((character, index) => [0x80 + index, character === '\u0000' ? null : character]),
);
