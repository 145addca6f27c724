/**
 * Text gathered as UTF-8 in one buffer that is used again: a buffer for each piece costs more than what is done with it, most of it
 * the system's zeroing of fresh memory.
 */
const SMALLEST = 1 << 16;
/** A larger buffer is not kept for the next text, unless it is wanted. */
const KEPT = 1 << 22;

export class TextBytes {
  private buffer = Buffer.allocUnsafeSlow(SMALLEST);
  private filled = 0;

  /** `kept`: bytes of the largest buffer that is used again. */
  constructor(private readonly kept = KEPT) {}

  get size(): number {
    return this.filled;
  }

  /** Appends; returns the bytes it took. Half of a surrogate pair becomes U+FFFD. */
  add(text: string): number {
    const most = 3 * text.length;
    if (this.filled + most > this.buffer.length) this.room(most > SMALLEST ? Buffer.byteLength(text) : most);
    const bytes = this.buffer.write(text, this.filled);
    this.filled += bytes;
    return bytes;
  }

  /** Appends up to `most` bytes that `write` puts there; it returns how many. */
  fill(most: number, write: (into: Buffer, at: number) => number): number {
    this.room(most);
    const bytes = write(this.buffer, this.filled);
    this.filled += bytes;
    return bytes;
  }

  addBytes(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  /** What was gathered so far. */
  peek(): Buffer {
    return this.buffer.subarray(0, this.filled);
  }

  /** What was gathered; the next `add` writes over it. */
  take(): Uint8Array {
    const bytes = this.buffer.subarray(0, this.filled);
    if (this.buffer.length > this.kept) this.buffer = Buffer.allocUnsafeSlow(SMALLEST);
    this.filled = 0;
    return bytes;
  }

  private room(bytes: number): void {
    if (this.filled + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, this.filled + bytes));
    this.buffer.copy(larger, 0, 0, this.filled);
    this.buffer = larger;
  }
}
