import type { MessageArgs, MessageCode } from './messages';

export type Severity = 'error' | 'warning' | 'information';

/** A stretch of a text file: UTF-16 offsets, end exclusive. */
export type TextRange = { readonly start: number; readonly end: number };

/** Something wrong in a config or task file, for diagnostics and `assay check`. Text comes from messages.ts. */
export type Problem = {
  readonly file: string;
  readonly range: TextRange;
  readonly severity: Severity;
  readonly code: MessageCode;
  readonly args: MessageArgs;
};
