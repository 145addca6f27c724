/** Rows of a split, one at a time, however many there are. */
import type { DatasetSource } from '../config/definition';
import type { Doc } from '../python/value';
import { Intake } from './intake';
import { RowStore, type StoredRows } from './row-store';
import { openSplit, type Split } from './split';

export interface Rows {
  readonly columns: readonly string[];
  /** Rows that are here: all, or the first `limit`. */
  readonly length: number;
  /** Rows of the split before `limit`. */
  readonly available: number;
  /** Hex SHA-256 over the values (with their types) of the rows that are here; the same for equal rows in another file or place. */
  readonly digest: string;
  /** A copy of the row, every column in it. Throws RangeError where there is none. */
  at(index: number): Doc;
  /** Rows are asked for in this order from place `from` on. Returns for how many of them that made it cheap: then it can be said again. */
  ahead(order: readonly number[], from: number): number;
  /** Gives the file back that a large split lies in. */
  close(): void;
}

export type ReadOptions = {
  /** null or 0: all; below 1: a share, rounded up; else the first rows. Reading ends there. */
  readonly limit: number | null;
  /** Heard within some ten milliseconds; the promise rejects with its reason. */
  readonly signal: AbortSignal;
  /** Told whenever reading goes on, with the file it is at. */
  readonly progress?: (file: string) => void;
};

export type ReadRows = (source: DatasetSource, split: string, options: ReadOptions) => Promise<Rows>;

/**
 * Reads a split in this process. Rejects with an AssayError: missing-split, missing-file, missing-data, broken-data (with
 * file and line), hub-data, unsupported-data, cannot-write (no room for the rows of a large split).
 */
export const readRows: ReadRows = async (source, split, options) => {
  const { store, available } = await read(await openSplit(source, split), new RowStore(), options);
  return store.rows(available);
};

/** The same into a file that `adoptRows` opens, in another process. */
export async function readRowsInto(file: string, source: DatasetSource, split: string, options: ReadOptions): Promise<StoredRows> {
  const { store, available } = await read(await openSplit(source, split), new RowStore(file), options);
  return store.handedOver(available);
}

async function read(split: Split, store: RowStore, options: ReadOptions): Promise<{ readonly store: RowStore; readonly available: number }> {
  try {
    const intake = new Intake(store, await wantedRows(split, options), options);
    await split.read(intake);
    return { store, available: intake.available };
  } catch (error) {
    store.discard();
    throw error;
  }
}

async function wantedRows(split: Split, options: ReadOptions): Promise<number> {
  const { limit } = options;
  if (limit === null || limit <= 0) return Infinity;
  if (limit >= 1) return Math.trunc(limit);
  const counted = new Intake(new RowStore(), 0, options);
  await split.read(counted);
  return Math.ceil(counted.available * limit);
}
