import type { TaskDefinition } from '../config/definition';
import { numberOf } from '../config/values';

/** Who may say `num_fewshot` and `limit`, strongest first: command line, task entry, task file, config. Null: says nothing. */
export type Sayings = {
  readonly commandLine: number | null;
  readonly entry: number | null;
  readonly file: number | null;
  readonly config: number | null;
};

/** The command line leaves a task alone whose file says 0, as in lm-evaluation-harness 0.4.13; nobody says anything: 0. */
export function effectiveFewshot({ commandLine, entry, file, config }: Sayings): number {
  const fromCommandLine = file === 0 ? null : commandLine;
  return fromCommandLine ?? entry ?? file ?? config ?? 0;
}

/** Nobody says anything: null, all documents. */
export function effectiveLimit({ commandLine, entry, file, config }: Sayings): number | null {
  return commandLine ?? entry ?? file ?? config;
}

/** What a task file itself says of `limit` (a key of ours; the harness knows it on the command line only). */
export function limitOfFile({ raw }: TaskDefinition): number | null {
  return numberOf(raw, 'limit');
}
