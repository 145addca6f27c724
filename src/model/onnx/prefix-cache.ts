import { KvCache } from './kv-cache';
import { bytesPerToken, isShortOfMemory, prefixBudget } from './memory';
import type { LayerCache } from './row-inputs';

/**
 * Prefixes are read in pieces of so many tokens, from their start on, and whole pieces are taken over where two begin alike: what is held
 * of one does not depend on what was asked before, to the last bit.
 */
const PREFIX_PIECE = 64;

/** Prefixes held at a time, where memory allows: a task has one, or one for each of its categories. */
const MOST_PREFIXES = 8;

/** The first of `tokens` are read: as many as `read`. */
type Held = { tokens: Int32Array; read: number; cache: KvCache };

/** Writes the keys and values of a piece behind the `past` tokens that the cache holds. */
export type ReadPiece = (cache: KvCache, piece: Int32Array, past: number) => Promise<void>;

/** Keys and values of prefixes, computed once and kept for the batches behind them; the one used longest ago goes first. */
export class PrefixCache {
  /** The one used last comes last. */
  private held: Held[] = [];

  constructor(
    private readonly layers: readonly LayerCache[],
    private readonly readPiece: ReadPiece,
    private readonly freeMemory: () => number,
  ) {}

  /**
   * A cache that holds the prefix, with room for at least so many tokens behind it: what is written there is forgotten by the next
   * call. null: it would take more memory than prefixes may. `computed`: tokens that had to be read.
   * `between` is awaited before each piece is read; where it throws, what was read stays.
   */
  async of(tokens: Int32Array, room: number, between: () => Promise<void>): Promise<{ readonly cache: KvCache; readonly computed: number } | null> {
    const nearest = this.nearest(tokens);
    const known = nearest === null ? 0 : knownOf(nearest, tokens);
    const isSame = nearest !== null && known > 0 && known >= wholePieces(Math.min(nearest.read, tokens.length));
    const held = isSame ? this.goOn(nearest, tokens, known, room) : this.begin(tokens, nearest, known, room);
    if (held === null) return null;
    while (held.read < tokens.length) {
      await between();
      const piece = tokens.subarray(held.read, held.read + PREFIX_PIECE);
      await this.readPiece(held.cache, piece, held.read);
      held.read += piece.length;
    }
    return { cache: held.cache, computed: tokens.length - known };
  }

  private nearest(tokens: Int32Array): Held | null {
    return this.held.reduce<Held | null>((best, each) => (best === null || knownOf(each, tokens) > knownOf(best, tokens) ? each : best), null);
  }

  /** One of the two prefixes begins with the other: what is held beyond the new one is given up, what it lacks is read. */
  private goOn(held: Held, tokens: Int32Array, known: number, room: number): Held | null {
    if (held.cache.places < tokens.length + room) {
      const wider = this.make(tokens.length + room, held);
      if (wider === null) return null;
      wider.copy(held.cache, 0, 0, known);
      held.cache = wider;
    }
    held.tokens = tokens;
    held.read = known;
    this.held = [...this.held.filter((each) => each !== held), held];
    return held;
  }

  private begin(tokens: Int32Array, nearest: Held | null, known: number, room: number): Held | null {
    const cache = this.make(tokens.length + room, null);
    if (cache === null) return null;
    if (nearest !== null) cache.copy(nearest.cache, 0, 0, known);
    const held = { tokens, read: known, cache };
    this.held.push(held);
    return held;
  }

  /** Makes room by forgetting others than `kept`. */
  private make(places: number, kept: Held | null): KvCache | null {
    const perToken = bytesPerToken(this.layers);
    const used = (): number => this.held.reduce((sum, { cache }) => sum + cache.places * perToken, 0);
    const budget = prefixBudget(this.freeMemory() + used());
    for (;;) {
      const oldest = this.held.find((each) => each !== kept);
      if ((kept !== null || this.held.length < MOST_PREFIXES) && used() + places * perToken <= budget) break;
      if (oldest === undefined) return null;
      this.held = this.held.filter((each) => each !== oldest);
    }
    try {
      return new KvCache(this.layers, 1, places);
    } catch (error) {
      if (isShortOfMemory(error)) return null;
      throw error;
    }
  }
}

/** Tokens that are held and that `tokens` begins with: all of them, or whole pieces. */
function knownOf({ tokens: held, read }: Held, tokens: Int32Array): number {
  const most = Math.min(read, tokens.length);
  let length = 0;
  while (length < most && held[length] === tokens[length]) length++;
  return length === tokens.length && length === held.length ? length : wholePieces(length);
}

function wholePieces(length: number): number {
  return length - (length % PREFIX_PIECE);
}
