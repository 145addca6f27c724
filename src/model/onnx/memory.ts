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
export function chooseCasting(checkpoint: Pick<Checkpoint, 'parameters'>, freeBytes: number, { memoryShare }: MemoryBudget): Casting {
  return checkpoint.parameters * BYTES_OF_FLOAT < memoryShare * freeBytes ? 'folded' : 'lazy';
}

/**
 * How a checkpoint's weights lie in memory while it is scored; the words stand in run.json.
 * `mapped`: float32, as the files hold them, nothing is copied. `packed`: a float32 copy in the order in which the processor multiplies.
 * `folded`, `lazy`: 16-bit ones, see `Casting`. `int8`: a byte a parameter.
 */
export type WeightStorage = 'mapped' | 'packed' | Casting | 'int8';

/** Parameters beyond which packing would keep a first number waiting for seconds. */
const MOST_PACKED = 2 ** 28;
/** Rows and trees have graphs of their own: each packs its layers. */
const PACKED_COPIES = 2;

/**
 * Packed where memory takes it and it is done at once: runs of some hundred tokens are up to a third faster by it, the more the less
 * of the processor's cache is their own.
 */
export function chooseStorage(checkpoint: Pick<Checkpoint, 'parameters' | 'dtype'>, freeBytes: number, device: MemoryBudget): WeightStorage {
  const { parameters, dtype } = checkpoint;
  if (parameters <= MOST_PACKED && parameters * BYTES_OF_FLOAT * PACKED_COPIES < device.memoryShare * freeBytes) return 'packed';
  return dtype === 'F32' ? 'mapped' : chooseCasting(checkpoint, freeBytes, device);
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
