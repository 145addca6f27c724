import os from 'node:os';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import type { Casting } from './weights';

const BYTES_OF_FLOAT = 4;
const SHARE_OF_FREE_MEMORY = 0.4;
const MEGABYTE = 2 ** 20;

/** 16-bit weights are copied to float32 where that takes less than 40 % of the memory that is free now. */
export function chooseCasting(checkpoint: Checkpoint, freeBytes: number): Casting {
  return checkpoint.parameters * BYTES_OF_FLOAT < SHARE_OF_FREE_MEMORY * freeBytes ? 'folded' : 'lazy';
}

/** Memory this process may still take: the system's, or less where a container's limit is nearer. */
export function freeMemory(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : os.freemem();
}

/** Rows of the output table computed at once: 64 MB of logits, 32 to 256 rows. */
export function headRows(vocabularySize: number): number {
  return Math.min(256, Math.max(32, Math.floor((64 * MEGABYTE) / (vocabularySize * BYTES_OF_FLOAT))));
}
