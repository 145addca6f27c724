/** The messages of an Arrow IPC file, one at a time, whatever its header claims. A file of `ARROW1` is its stream between a mark and an index. */
import type { FileHandle } from 'node:fs/promises';
import { Message, MessageHeader } from 'apache-arrow';

const MARK = Buffer.from('ARROW1\0\0', 'latin1');
const CONTINUES = -1;
/** A schema of a hundred thousand columns is smaller. */
const MOST_HEADER = 64 << 20;

export type ArrowMessage = {
  /** Rows of a record batch; null for a schema or a dictionary. */
  readonly rows: number | null;
  /** With the marks that stand in front of it. */
  readonly header: Buffer;
  readonly body: () => Promise<Buffer>;
};

/** Its messages begin with the first batch: the schema stands in the index at its end, as JavaScript's own writer has it. */
export class SchemaIsLast extends Error {}

/** Throws Error for a file that ends too early or holds something else. */
export async function* arrowMessages(handle: FileHandle, size: number): AsyncGenerator<ArrowMessage> {
  const read = async (at: number, length: number): Promise<Buffer> => {
    if (at + length > size) throw new Error('the file ends too early');
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
      if (bytesRead === 0) throw new Error('the file ends too early');
      done += bytesRead;
    }
    return bytes;
  };
  let at = size >= MARK.length && (await read(0, MARK.length)).equals(MARK) ? MARK.length : 0;
  let isFirst = true;
  while (at < size) {
    const first = (await read(at, 4)).readInt32LE();
    // Before 0.15 nothing stood in front of the length.
    const marks = first === CONTINUES ? 8 : 4;
    const length = first === CONTINUES ? (await read(at + 4, 4)).readInt32LE() : first;
    if (length === 0) break;
    if (length < 0 || length > MOST_HEADER) throw new Error('it does not begin as an Arrow file does');
    const header = await read(at, marks + length);
    const message = Message.decode(header.subarray(marks));
    const bodyLength = Number(message.bodyLength);
    const begin = at + marks + length;
    if (!(bodyLength >= 0 && begin + bodyLength <= size)) throw new Error('the file ends too early');
    if (isFirst && at === MARK.length && message.headerType !== MessageHeader.Schema) throw new SchemaIsLast('it has no schema in front');
    if (isFirst !== (message.headerType === MessageHeader.Schema)) throw new Error('a schema is not where it should be');
    isFirst = false;
    yield { rows: message.isRecordBatch() ? rowCount(message.header().length) : null, header, body: () => read(begin, bodyLength) };
    at = begin + bodyLength;
  }
  if (isFirst) throw new Error('it is empty');
}

function rowCount(length: number): number {
  if (!(Number.isSafeInteger(length) && length >= 0)) throw new Error(`a batch of ${length} rows`);
  return length;
}
