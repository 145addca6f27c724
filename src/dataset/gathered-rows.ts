/** Rows of a spool file that are asked for next, in whatever order: those that lie near each other are read together. */
import type { Spool } from './spool';

/** Rows that are held at a time, and their bytes. */
const HELD = { rows: 1 << 16, bytes: 8 << 20 };
/** Bytes that are read at once, and bytes between two rows that are read too rather than asking the system twice. */
const AT_ONCE = 1 << 20;
const GAP = 1 << 12;

export class GatheredRows {
  /** Rows in the order of the file, and where each begins in `bytes`. */
  private rows = new Uint32Array(0);
  private begins = new Uint32Array(0);
  private count = 0;
  private memory = Buffer.alloc(0);
  private scratch = Buffer.alloc(0);

  constructor(
    /** Where each row begins in the file, and the end of the last. */
    private readonly offsets: Float64Array,
    private readonly spool: Spool,
  ) {}

  get bytes(): Buffer {
    return this.memory;
  }

  /** Reads the rows `order[from]`, …: as many as are held at a time. Returns their number; a row that is larger than that is left to be read alone. */
  gather(order: readonly number[], from: number): number {
    const count = this.fitting(order, from);
    this.rows = Uint32Array.from(order.slice(from, from + count)).sort();
    this.begins = new Uint32Array(count);
    this.count = 0;
    let filled = 0;
    for (let first = 0; first < count; ) {
      const next = this.together(first);
      filled = this.take(first, next, filled);
      first = next;
    }
    this.count = count;
    return Math.max(1, count);
  }

  /** Where a row begins in `bytes`; null where it was not gathered. */
  beginOf(row: number): number | null {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.rows[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.rows[low] === row ? (this.begins[low] ?? null) : null;
  }

  private begin(row: number): number {
    return this.offsets[row] ?? 0;
  }

  private fitting(order: readonly number[], from: number): number {
    let [count, bytes] = [0, 0];
    for (const most = Math.min(HELD.rows, order.length - from); count < most; count++) {
      const row = order[from + count] ?? 0;
      const size = this.begin(row + 1) - this.begin(row);
      if (bytes + size > HELD.bytes) break;
      bytes += size;
    }
    if (bytes > this.memory.length) this.memory = Buffer.allocUnsafeSlow(HELD.bytes);
    return count;
  }

  /** The first of the rows behind `first` that is not read with it. */
  private together(first: number): number {
    const start = this.begin(this.rows[first] ?? 0);
    let end = this.begin((this.rows[first] ?? 0) + 1);
    let next = first + 1;
    for (; next < this.rows.length; next++) {
      const row = this.rows[next] ?? 0;
      if (this.begin(row) - end > GAP || this.begin(row + 1) - start > AT_ONCE) break;
      end = this.begin(row + 1);
    }
    return next;
  }

  private take(first: number, next: number, filled: number): number {
    const start = this.begin(this.rows[first] ?? 0);
    const size = this.begin((this.rows[next - 1] ?? 0) + 1) - start;
    if (size > this.scratch.length) this.scratch = Buffer.allocUnsafeSlow(Math.max(size, AT_ONCE));
    this.spool.read(this.scratch.subarray(0, size), start);
    let at = filled;
    for (let place = first; place < next; place++) {
      const row = this.rows[place] ?? 0;
      this.begins[place] = at;
      at += this.scratch.copy(this.memory, at, this.begin(row) - start, this.begin(row + 1) - start);
    }
    return at;
  }
}
