/** What the reader process answers. A request's name, what it is asked with and what comes back: plain data that a fork's channel carries. */
import type { DatasetSource } from '../config/definition';
import type { ColumnKind } from '../config/perplexity';
import type { StoredRows } from '../dataset/row-store';
import type { Inspections } from '../protocol/inspection';

type Request<Params, Answer> = { readonly params: Params; readonly answer: Answer };

/** What the editor asks of files: a request a method, with its arguments. */
type InspectionRequests = { readonly [Name in keyof Inspections]: Request<Parameters<Inspections[Name]>, Awaited<ReturnType<Inspections[Name]>>> };

/** One line a request; handlers.ts answers them. */
export type ReaderRequests = InspectionRequests & {
  /** Rows of a split, written to `into`, which must not be there yet. */
  readonly rows: Request<{ readonly source: DatasetSource; readonly split: string; readonly limit: number | null; readonly into: string }, StoredRows>;
  readonly columnNames: Request<{ readonly source: DatasetSource; readonly split: string }, readonly string[]>;
  readonly columnKinds: Request<{ readonly source: DatasetSource; readonly split: string }, readonly ColumnKind[]>;
};

export type ReaderRequest = keyof ReaderRequests;
export type ParamsOf<Name extends ReaderRequest> = ReaderRequests[Name]['params'];
export type AnswerOf<Name extends ReaderRequest> = ReaderRequests[Name]['answer'];

/** To the process. One request at a time: the next one is sent when the last is answered. */
export type ToReader = { readonly [Name in ReaderRequest]: { readonly name: Name; readonly params: ParamsOf<Name> } }[ReaderRequest];
