/** Zstandard frames (RFC 8878) made by hand: Node 20 makes none. */

const MAGIC = Buffer.from('28b52ffd', 'hex');

/** The bytes as they are, in one block of a frame. */
export function zstdStored(bytes: Buffer): Buffer {
  if (bytes.length > 255) throw new RangeError('one byte for the size');
  return Buffer.concat([MAGIC, Buffer.from([0x20, bytes.length]), blockHeader(0, bytes.length, true), bytes]);
}

/** `count` blocks of 128 KiB, each the same byte. */
export function zstdRepeated(byte: number, count: number): Buffer {
  const blocks = Array.from({ length: count }, (_, index) => [blockHeader(1, 128 << 10, index === count - 1), Buffer.from([byte])]).flat();
  // A window of 128 KiB: exponent 7.
  return Buffer.concat([MAGIC, Buffer.from([0x00, 7 << 3]), ...blocks]);
}

function blockHeader(type: number, size: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (isLast ? 1 : 0), 0, 3);
  return header;
}
