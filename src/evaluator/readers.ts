/** How the evaluator reads data. */
import path from 'node:path';
import { type Columns, columnsHere } from '../catalog/columns';
import { type ReadRows, readRows } from '../dataset/rows';
import { ReaderProcess } from '../reader/client';

/** Rows and columns for one evaluation or preview; `close` when they are there. */
export type RowReader = { readonly readRows: ReadRows; readonly columns: Columns; close(): Promise<void> };

/** In a process of its own, started when the first split is read: a damaged file costs its task and nothing else. */
export function readerProcess(): RowReader {
  return new ReaderProcess({ script: path.join(__dirname, 'reader.js') });
}

/** In this process, for tests and benchmarks that run from the sources. */
export function readerHere(): RowReader {
  return { readRows, columns: columnsHere, close: () => Promise.resolve() };
}
