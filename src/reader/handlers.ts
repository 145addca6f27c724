import { columnsHere } from '../catalog/columns';
import { readRowsInto } from '../dataset/rows';
import { inspections } from './inspections';
import type { AnswerOf, ParamsOf, ReaderRequest } from './requests';

/** `progress` tells that work goes on, and on which file. */
export type Handler<Name extends ReaderRequest> = (params: ParamsOf<Name>, progress: (file: string | null) => void) => Promise<AnswerOf<Name>>;

/** A cancel ends the process, so no answer has to listen for one. */
const never = new AbortController().signal;

export const handlers: { readonly [Name in ReaderRequest]: Handler<Name> } = {
  rows: ({ source, split, limit, into }, progress) => readRowsInto(into, source, split, { limit, signal: never, progress }),
  columnNames: ({ source, split }) => columnsHere.names(source, split),
  columnKinds: ({ source, split }) => columnsHere.kinds(source, split),
  check: (args) => inspections.check(...args),
  columns: (args) => inspections.columns(...args),
  checkpoints: (args) => inspections.checkpoints(...args),
  runs: (args) => inspections.runs(...args),
  configs: (args) => inspections.configs(...args),
  samples: (args) => inspections.samples(...args),
  taskNames: (args) => inspections.taskNames(...args),
  tasks: (args) => inspections.tasks(...args),
};
