import { readSync } from 'node:fs';

/** Where a line lies in its file, in bytes, without its end. */
export type LinePlace = { readonly offset: number; readonly length: number };

/** Bytes that are read at once, and bytes between two lines that are read too rather than asking the system twice. */
const AT_ONCE = 1 << 20;
const GAP = 1 << 15;

/**
 * Lines of a file by their places, each with its position in `places`, in the order they lie in the file: those that lie near each other are
 * read together. A line's bytes are good until the next one is asked for. Throws where the file has become shorter.
 */
export function* linesAt(descriptor: number, places: readonly LinePlace[]): Generator<readonly [position: number, line: Buffer]> {
  const inFile = Uint32Array.from(places.keys()).sort((a, b) => (places[a]?.offset ?? 0) - (places[b]?.offset ?? 0));
  let memory = Buffer.alloc(0);
  let buffer = memory;
  let start = 0;
  for (const [turn, position] of inFile.entries()) {
    const { offset, length } = places[position] ?? { offset: 0, length: 0 };
    if (offset + length > start + buffer.length) {
      start = offset;
      const span = spanFrom(places, inFile, turn) - start;
      if (span > memory.length) memory = Buffer.allocUnsafeSlow(Math.max(span, AT_ONCE));
      buffer = memory.subarray(0, span);
      readFully(descriptor, buffer, start);
    }
    yield [position, buffer.subarray(offset - start, offset - start + length)];
  }
}

/** End of the lines that are read together with the one at `turn`. */
function spanFrom(places: readonly LinePlace[], inFile: Uint32Array, turn: number): number {
  const first = places[inFile[turn] ?? 0] ?? { offset: 0, length: 0 };
  let end = first.offset + first.length;
  for (let next = turn + 1; next < inFile.length; next++) {
    const { offset, length } = places[inFile[next] ?? 0] ?? { offset: 0, length: 0 };
    if (offset - end > GAP || offset + length - first.offset > AT_ONCE) break;
    end = Math.max(end, offset + length);
  }
  return end;
}

function readFully(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let read = 0; read < bytes.length; ) {
    const now = readSync(descriptor, bytes, read, bytes.length - read, offset + read);
    if (now === 0) throw new Error('the file became shorter');
    read += now;
  }
}
