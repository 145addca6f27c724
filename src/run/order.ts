/**
 * The order documents are asked in: a seeded random order, cut into blocks. Live values rest on the finished
 * prefix of this order, so looking early does not cheat; lengths are sorted only inside a block, by the model.
 */
import { PyRandom } from '../python/random';

/** A permutation of 0..n-1, the same for every checkpoint and every resumed run. */
export function documentOrder(documents: number, seed: number): number[] {
  const order = Array.from({ length: documents }, (_, index) => index);
  new PyRandom(BigInt(seed)).shuffle(order);
  return order;
}

const MAX_DOCUMENTS = 256;
const MIN_DOCUMENTS = 8;
/** A task's live numbers move at least this often: they rest on whole blocks, as lengths are sorted inside one. */
const BLOCKS_PER_TASK = 12;
/** Characters of requests in the first block and in the largest: small first, so that a number shows at once. */
const FIRST_BLOCK = 2_048;
const LARGEST_BLOCK = 49_152;
const GROWTH = 1.4;

/** Grows from a small first block to the size at which sorting by length pays. */
export class BlockSize {
  private budget = FIRST_BLOCK;
  private readonly most: number;

  /** For a task of `total` documents. */
  constructor(total: number) {
    this.most = Math.min(MAX_DOCUMENTS, Math.max(MIN_DOCUMENTS, Math.ceil(total / BLOCKS_PER_TASK)));
  }

  /** Whether a block of `documents` with `characters` is full; a full block makes the next one larger. */
  isFull(documents: number, characters: number): boolean {
    if (documents < this.most && characters < this.budget) return false;
    this.budget = Math.min(LARGEST_BLOCK, this.budget * GROWTH);
    return true;
  }
}
