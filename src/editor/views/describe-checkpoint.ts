import type { ListedCheckpoint } from '../../protocol/inspection';

/** `llama · 3.2 M · F32` */
export function describeCheckpoint({ modelType: type, parameters, dtype }: ListedCheckpoint): string {
  return [type, parameters === null ? null : count(parameters), dtype].filter((part) => part !== null).join(' · ');
}

function count(parameters: number): string {
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']] as const) {
    if (parameters >= size) return `${Number((parameters / size).toPrecision(3))} ${unit}`;
  }
  return String(parameters);
}
