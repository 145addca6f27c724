/**
 * The reader process as evaluations and the editor hold it: what it is asked is in requests.ts; one that takes too long, or too
 * much memory, costs its own request and nothing else.
 */
import type { Columns } from '../catalog/columns';
import type { DatasetSource } from '../config/definition';
import { adoptRows } from '../dataset/row-store';
import type { ReadRows } from '../dataset/rows';
import { newSpoolPath, removeSpool } from '../dataset/spool';
import { AnsweringProcess, type Budget, RequestLost } from '../processes/answering-process';
import { AssayError } from '../protocol/errors';
import type { AnswerOf, ParamsOf, ReaderRequest, ToReader } from './requests';

export type ReaderOptions = {
  /** dist/reader.js */
  readonly script: string;
  /** The Node that runs it; see processes/node-chooser.ts. Default: the one that runs this process. */
  readonly node?: string;
  /** What the process may take, all together. Default: 2560. */
  readonly megabytes?: number;
};

export type AskOptions = {
  readonly budget?: Budget;
  /** Ends the request; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** The file that errors name where the process did not say which one it was at. */
  readonly file: string;
};

const MEGABYTES = 2560;
/** JavaScript's heap is a part of it; the rest is for buffers. */
const HEAP_SHARE = 0.6;
const ROWS_BUDGET: Budget = { silence: 30 };
/** Of columns only the beginning of a file is read. */
const COLUMNS_BUDGET: Budget = { total: 30 };

export class ReaderProcess {
  private readonly process: AnsweringProcess<ToReader, AnswerOf<ReaderRequest>>;

  constructor({ script, node, megabytes = MEGABYTES }: ReaderOptions) {
    this.process = new AnsweringProcess({
      script,
      heapMegabytes: Math.round(megabytes * HEAP_SHARE),
      environment: { ASSAY_READER_MEGABYTES: String(megabytes) },
      ...(node !== undefined && { node }),
    });
  }

  /** As in the reader's own process, and rejects with `took-too-long` or `reader-died` for this file alone. */
  readonly columns: Columns = {
    names: (source, split, signal) => this.ask('columnNames', { source, split }, { budget: COLUMNS_BUDGET, file: fileOf(source, split), ...(signal && { signal }) }),
    kinds: (source, split, signal) => this.ask('columnKinds', { source, split }, { budget: COLUMNS_BUDGET, file: fileOf(source, split), ...(signal && { signal }) }),
  };

  /** As `readRows` of dataset/, and rejects with `took-too-long` or `reader-died` for this split alone. */
  readonly readRows: ReadRows = async (source, split, { limit, signal }) => {
    const into = newSpoolPath();
    try {
      return adoptRows(into, await this.ask('rows', { source, split, limit, into }, { budget: ROWS_BUDGET, signal, file: fileOf(source, split) }));
    } catch (error) {
      removeSpool(into);
      throw error;
    }
  };

  /** Rejects with the AssayError that the handler gave, with `took-too-long` or `reader-died`, or with the signal's reason. */
  async ask<Name extends ReaderRequest>(name: Name, params: ParamsOf<Name>, { budget, signal, file }: AskOptions): Promise<AnswerOf<Name>> {
    try {
      return (await this.process.ask({ name, params } as ToReader, budget, signal)) as AnswerOf<Name>;
    } catch (error) {
      if (!(error instanceof RequestLost)) throw error;
      const { reason } = error;
      const what = error.at ?? file;
      if ('seconds' in reason) throw new AssayError('took-too-long', { what, seconds: reason.seconds }, { file: what });
      throw new AssayError('reader-died', { what, cause: reason.cause }, { file: what });
    }
  }

  /** Ends the process; requests that wait are rejected. */
  close(): Promise<void> {
    return this.process.close();
  }
}

/** The first file of a split, for errors that know no other. */
function fileOf(source: DatasetSource, split: string): string {
  return source.dataFiles?.[split]?.[0] ?? source.path;
}
