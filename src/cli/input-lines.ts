import type { AskedLine } from '../protocol/ask';
import { AssayError } from '../protocol/errors';

const MEGABYTE = 1 << 20;
const LINE_FEED = 10;

/**
 * Lines of a stream of UTF-8, each as soon as its end is there; blank ones are left out. One that is longer than `limit` megabytes
 * is read past without being kept, and is an error of its own, as one that is not UTF-8 is.
 */
export async function* inputLines(stream: AsyncIterable<Buffer>, limit = 16): AsyncGenerator<AskedLine> {
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > limit * MEGABYTE) parts = [];
    else parts.push(part);
  };
  const end = (): AskedLine | null => {
    const line = length > limit * MEGABYTE ? failed(new AssayError('line-too-long', { limit })) : decoded(Buffer.concat(parts));
    [parts, length] = [[], 0];
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, feed));
      start = feed + 1;
      const line = end();
      if (line !== null) yield line;
    }
    add(chunk.subarray(start));
  }
  const last = end();
  if (last !== null) yield last;
}

function decoded(bytes: Buffer): AskedLine | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? null : { text };
  } catch {
    return failed(new AssayError('line-not-utf8'));
  }
}

function failed(error: AssayError): AskedLine {
  return { error: error.toJSON() };
}
