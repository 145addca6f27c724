import { broken } from './broken';

/** Characters of one line or text; V8's longest string is a little longer. */
const LONGEST = 500_000_000;

/** Cuts text that comes in pieces at line feeds; a line may go on over any number of pieces. */
export class Lines {
  /** Of the line that has begun, none with a line feed. */
  private readonly parts: string[] = [];
  private length = 0;

  constructor(private readonly file: string) {}

  /** Lines that end in this piece, without their line feeds. Throws AssayError (broken-data) for a line too long for a string. */
  cut(piece: string): string[] {
    const lines = piece.split('\n');
    const last = lines.pop() ?? '';
    const [first] = lines;
    if (first !== undefined) lines[0] = this.end(first);
    this.add(last);
    return lines;
  }

  /** What follows the last line feed. */
  end(rest = ''): string {
    this.add(rest);
    const line = this.parts.join('');
    this.parts.length = 0;
    this.length = 0;
    return line;
  }

  private add(part: string): void {
    if (part === '') return;
    this.length += part.length;
    if (this.length > LONGEST) throw tooLong(this.file);
    this.parts.push(part);
  }
}

/** Counts lines that are not blank in text that comes in pieces, without cutting it. */
export class LineCounter {
  private hasText = false;

  /** Lines that end in this piece. */
  add(piece: string): number {
    let count = 0;
    for (let start = 0; ; ) {
      const end = piece.indexOf('\n', start);
      this.hasText ||= !isBlank(piece, start, end === -1 ? piece.length : end);
      if (end === -1) return count;
      if (this.hasText) count++;
      this.hasText = false;
      start = end + 1;
    }
  }

  /** What follows the last line feed. */
  end(): number {
    return this.hasText ? 1 : 0;
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}

export function tooLong(file: string): Error {
  return broken(file, `it holds a text of more than ${LONGEST / 1e6} million characters`);
}

/** The pieces together. Throws AssayError (broken-data) where they are too long for a string. */
export async function wholeText(file: string, pieces: AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > LONGEST) throw tooLong(file);
    parts.push(piece);
  }
  return parts.join('');
}
