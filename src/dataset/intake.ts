import { AssayError } from '../protocol/errors';
import type { PyValue } from '../python/value';
import type { RowStore } from './row-store';

/** How long reading may keep the event loop: a cancel is heard within this and a file's next piece. */
const TURN_MS = 25;

export type IntakeOptions = {
  readonly signal: AbortSignal;
  /** false: rows that are not wanted are not counted either. */
  readonly counts?: boolean;
  readonly progress?: (file: string) => void;
};

/** Where the rows of a split go while its files are read, and how many of them are wanted. */
export class Intake {
  private counted = 0;
  private turn = performance.now();
  private file = '';

  constructor(
    private readonly store: RowStore,
    private readonly wanted: number,
    private readonly options: IntakeOptions,
  ) {}

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** No more rows are wanted: the rest is only counted. */
  get isFull(): boolean {
    return this.store.length >= this.wanted;
  }

  /** Nothing more is wanted, not even their number. */
  get isDone(): boolean {
    return this.isFull && this.options.counts === false;
  }

  get available(): number {
    return this.counted;
  }

  /** null until the first file has said. */
  get columns(): readonly string[] | null {
    return this.store.columns;
  }

  /** The file whose rows come next. */
  beginFile(file: string): void {
    this.file = file;
    this.options.progress?.(file);
  }

  /** Columns of every row. A later file must have the same ones; throws AssayError (broken-data). */
  open(columns: readonly string[], file: string): void {
    const known = this.store.columns;
    if (known === null) this.store.columns = columns;
    else if (known.length !== columns.length || known.some((column, index) => column !== columns[index])) {
      throw new AssayError('broken-data', { detail: `its columns are ${columns.join(', ')}; those before are ${known.join(', ')}` }, { file });
    }
  }

  /** A row, by column. */
  put(values: readonly PyValue[]): void {
    this.counted++;
    if (!this.isFull) this.store.add(values);
  }

  /** Rows that are there and not wanted. */
  skip(count: number): void {
    this.counted += count;
  }

  /** Time to let others have the event loop. */
  get isTired(): boolean {
    return performance.now() - this.turn > TURN_MS;
  }

  /** Lets others have the event loop; rejects with the signal's reason once it is aborted. */
  async rest(): Promise<void> {
    this.signal.throwIfAborted();
    await new Promise(setImmediate);
    this.signal.throwIfAborted();
    this.options.progress?.(this.file);
    this.turn = performance.now();
  }
}
