import type { SerializedError } from '../protocol/errors';

/** A checkpoint of the workspace, as the tree and the pick lists show it. */
export type FoundCheckpoint = {
  readonly path: string;
  readonly name: string;
  readonly modelType: string | null;
  readonly parameters: number | null;
  readonly dtype: string | null;
  readonly problems: readonly SerializedError[];
};

/** Looks through a workspace folder; opens no weights. */
export type FindCheckpoints = (folder: string) => Promise<readonly FoundCheckpoint[]>;

/** `llama · 3.2 M · F32` */
export function describeCheckpoint({ modelType, parameters, dtype }: FoundCheckpoint): string {
  return [modelType, parameters === null ? null : count(parameters), dtype].filter((part) => part !== null).join(' · ');
}

function count(parameters: number): string {
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']] as const) {
    if (parameters >= size) return `${Number((parameters / size).toPrecision(3))} ${unit}`;
  }
  return String(parameters);
}
