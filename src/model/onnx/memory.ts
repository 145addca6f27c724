import os from 'node:os';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { AssayError } from '../../protocol/errors';
import type { DeviceProfile } from '../../protocol/device';
import type { LayerCache } from './row-inputs';
import type { Casting } from './weights';

const BYTES_OF_FLOAT = 4;
const SHARE_FOR_PREFIXES = 0.2;

type MemoryBudget = Pick<DeviceProfile, 'memoryShare'>;

/** 16-bit weights are copied to float32 where that takes less than its share of the memory that is free now. */
export function chooseCasting(checkpoint: Checkpoint, freeBytes: number, { memoryShare }: MemoryBudget): Casting {
  return checkpoint.parameters * BYTES_OF_FLOAT < memoryShare * freeBytes ? 'folded' : 'lazy';
}

/**
 * Whether weights are packed for single tokens: a copy of 4 bytes a parameter, beside the float32 copy of 16-bit weights. Products
 * with a few rows are up to five times faster by it, and a row's numbers do not depend on how many are beside it.
 */
export function prepackingFits(checkpoint: Pick<Checkpoint, 'parameters' | 'dtype'>, freeBytes: number, { memoryShare }: MemoryBudget): boolean {
  const copies = checkpoint.dtype === 'F32' ? 1 : 2;
  return checkpoint.parameters * BYTES_OF_FLOAT * copies < memoryShare * freeBytes;
}

/** Bytes of keys and values that a token takes in all layers. */
export function bytesPerToken(layers: readonly LayerCache[]): number {
  return layers.reduce((sum, { heads, size }) => sum + 2 * heads * size * BYTES_OF_FLOAT, 0);
}

/** Rows of a cache of keys and values, where each takes so many bytes. */
export function cachedRows(bytesPerRow: number, freeBytes: number, { cacheRows, memoryShare }: Pick<DeviceProfile, 'cacheRows' | 'memoryShare'>): number {
  return Math.min(cacheRows, Math.max(1, Math.floor((memoryShare * freeBytes) / bytesPerRow)));
}

/** Bytes that the prefixes held for scoring may take. */
export function prefixBudget(freeBytes: number): number {
  return SHARE_FOR_PREFIXES * freeBytes;
}

/** A failure of the engine, or of this process, to get memory. */
export function isShortOfMemory(error: unknown): boolean {
  if (error instanceof RangeError) return /allocation failed|Invalid typed array length/i.test(error.message);
  return error instanceof AssayError && error.code === 'engine-failed' && /bad_alloc|bad allocation|failed to allocate|out of memory/i.test(error.message);
}

/** Memory this process may still take: the system's, or less where a container's limit is nearer. */
export function freeMemory(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : os.freemem();
}

/** Rows of the output table computed at once: 32 to 256. */
export function headRows(vocabularySize: number, { headBytes }: Pick<DeviceProfile, 'headBytes'>): number {
  return Math.min(256, Math.max(32, Math.floor(headBytes / (vocabularySize * BYTES_OF_FLOAT))));
}
