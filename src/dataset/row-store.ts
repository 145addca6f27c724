/** Encoded rows with a table of where each begins: in memory while they are few, in a spool file beyond. */
import { createHash } from 'node:crypto';
import type { Doc, PyValue } from '../python/value';
import { GatheredRows } from './gathered-rows';
import { readRow, RowWriter } from './row-codec';
import type { Rows } from './rows';
import { Spool } from './spool';

/** Encoded bytes that stay in memory. */
const IN_MEMORY = 8 << 20;
const BATCH = 256 << 10;
/** Rows that follow one another are read together. */
const AHEAD = 64 << 10;

export type StoredRows = {
  readonly columns: readonly string[];
  readonly length: number;
  readonly available: number;
  readonly digest: string;
  /** Bytes of the rows; in a spool that is handed over, the table of `length + 1` doubles follows them. */
  readonly size: number;
};

export class RowStore {
  private readonly hash = createHash('sha256');
  private readonly writer = new RowWriter();
  private readonly offsets = new Offsets();
  private readonly pieces: Buffer[] = [];
  private spool: Spool | null = null;
  private names: readonly string[] | null = null;
  private size = 0;

  /** `handOver`: everything goes to this file, for another process. */
  constructor(private readonly handOver: string | null = null) {}

  get length(): number {
    return this.offsets.length;
  }

  /** null until they are set, before the first row. */
  get columns(): readonly string[] | null {
    return this.names;
  }

  set columns(names: readonly string[]) {
    this.names = names;
    this.hash.update(JSON.stringify(names));
  }

  /** A value for every column. Throws AssayError (cannot-write). */
  add(values: readonly PyValue[]): void {
    this.offsets.push(this.size + this.writer.size);
    this.writer.row(values);
    if (this.writer.size >= BATCH) this.flush();
  }

  rows(available: number): Rows {
    this.flush();
    const offsets = this.offsets.table(this.size);
    const stored = this.stored(available);
    return this.spool === null ? new MemoryRows(stored, offsets, Buffer.concat(this.pieces)) : new SpooledRows(stored, offsets, this.spool);
  }

  /** Ends the file for `adoptRows`. */
  handedOver(available: number): StoredRows {
    this.flush();
    const file = (this.spool ??= this.newSpool());
    const table = this.offsets.table(this.size);
    file.write(new Uint8Array(table.buffer, table.byteOffset, table.byteLength));
    file.close();
    return this.stored(available);
  }

  discard(): void {
    this.spool?.close();
  }

  private stored(available: number): StoredRows {
    return { columns: this.names ?? [], length: this.length, available, digest: this.hash.digest('hex'), size: this.size };
  }

  private flush(): void {
    const bytes = this.writer.take();
    this.hash.update(bytes);
    this.size += bytes.length;
    if (this.spool === null && this.handOver === null && this.size <= IN_MEMORY) {
      this.pieces.push(Buffer.from(bytes));
      return;
    }
    const spool = (this.spool ??= this.newSpool());
    for (const piece of this.pieces.splice(0)) spool.write(piece);
    spool.write(bytes);
  }

  private newSpool(): Spool {
    return this.handOver === null ? Spool.create() : Spool.create(this.handOver, true);
  }
}

/** Rows of a file that another process has written and this one now owns. */
export function adoptRows(file: string, stored: StoredRows): Rows {
  const spool = Spool.adopt(file);
  const offsets = new Float64Array(stored.length + 1);
  spool.read(new Uint8Array(offsets.buffer), stored.size);
  return new SpooledRows(stored, offsets, spool);
}

abstract class OffsetRows implements Rows {
  readonly columns: readonly string[];
  readonly length: number;
  readonly available: number;
  readonly digest: string;

  constructor(
    { columns, length, available, digest }: StoredRows,
    protected readonly offsets: Float64Array,
  ) {
    this.columns = columns;
    this.length = length;
    this.available = available;
    this.digest = digest;
  }

  at(index: number): Doc {
    const start = this.offsets[index];
    const end = this.offsets[index + 1];
    if (start === undefined || end === undefined) throw new RangeError(`row ${index} of ${this.length}`);
    return this.decode(start, end);
  }

  abstract ahead(order: readonly number[], from: number): number;
  abstract close(): void;
  protected abstract decode(start: number, end: number): Doc;
}

class MemoryRows extends OffsetRows {
  constructor(
    stored: StoredRows,
    offsets: Float64Array,
    private readonly bytes: Buffer,
  ) {
    super(stored, offsets);
  }

  ahead(order: readonly number[], from: number): number {
    return order.length - from;
  }

  close(): void {
    // Nothing to give back.
  }

  protected decode(start: number): Doc {
    return readRow(this.columns, this.bytes, start);
  }
}

class SpooledRows extends OffsetRows {
  /** What was read last: `begin` is its place in the file. */
  private window: Buffer = Buffer.alloc(0);
  private begin = 0;
  private readonly gathered: GatheredRows;

  constructor(
    stored: StoredRows,
    offsets: Float64Array,
    private readonly spool: Spool,
  ) {
    super(stored, offsets);
    this.gathered = new GatheredRows(offsets, spool);
  }

  override at(index: number): Doc {
    const begin = this.gathered.beginOf(index);
    return begin === null ? super.at(index) : readRow(this.columns, this.gathered.bytes, begin);
  }

  ahead(order: readonly number[], from: number): number {
    return this.gathered.gather(order, from);
  }

  close(): void {
    this.spool.close();
  }

  protected decode(start: number, end: number): Doc {
    if (start < this.begin || end > this.begin + this.window.length) this.read(start, end);
    return readRow(this.columns, this.window, start - this.begin);
  }

  private read(start: number, end: number): void {
    const total = this.offsets[this.length] ?? end;
    const follows = start === this.begin + this.window.length;
    const wanted = follows ? Math.max(end, Math.min(total, start + AHEAD)) : end;
    this.window = Buffer.allocUnsafe(wanted - start);
    this.begin = start;
    this.spool.read(this.window, start);
  }
}

/** Growing table of numbers. */
class Offsets {
  private numbers = new Float64Array(1024);
  length = 0;

  push(offset: number): void {
    if (this.length + 1 >= this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers[this.length++] = offset;
  }

  table(end: number): Float64Array {
    this.numbers[this.length] = end;
    return this.numbers.slice(0, this.length + 1);
  }
}
