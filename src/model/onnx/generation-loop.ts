import type { Checkpoint } from '../../checkpoint/checkpoint';
import { AssayError } from '../../protocol/errors';
import type { DeviceProfile } from '../../protocol/device';
import { AtOnce, type Warn } from './at-once';
import { chooseToken, readsLogits } from './choose-token';
import type { DecodeSession, Next } from './decode-session';
import type { KvCache } from './kv-cache';
import { bytesPerToken, cachedRows, freeMemory } from './memory';
import { messagesRead } from './messages-read';
import type { FromModelProcess, GenerationRow, GrownRow, RowEnd } from './wire';
import { assertUnchanged } from './unchanged-weights';

/** Places that are added to a cache for answers to grow into. */
const MORE_PLACES = 64;

/** A row on its way. What was generated belongs to its prompt where it has to begin again. */
type Row = { readonly row: GenerationRow; readonly generated: number[] };

/** What goes on token by token. */
export type Decoder = Pick<DecodeSession, 'needs' | 'vocabularySize' | 'cache' | 'forward'>;

/** Which checkpoint, on what, and how its session is made once it is needed. */
export type DecodeSource = { readonly checkpoint: Pick<Checkpoint, 'files'>; readonly device: DeviceProfile; readonly open: () => Promise<Decoder>; readonly warn?: Warn };

/**
 * Rows that go on token by token, side by side: as many as memory takes; one that ends makes room for the next. What each of them
 * grew by is told after every turn of the engine.
 */
export class GenerationLoop {
  private waiting: Row[] = [];
  /** By their row in the cache. */
  private active: Row[] = [];
  private readonly stopped = new Set<number>();
  private grown: GrownRow[] = [];
  private running = false;
  private session: Promise<Decoder> | null = null;
  private cache: KvCache | null = null;
  private prefix: { readonly id: number; readonly cache: KvCache } | null = null;
  /** Rows that go on together. */
  private readonly atOnce: AtOnce;
  /** Rows of the cache that was made, or tried, last. */
  private planned = 1;

  constructor(
    private readonly source: DecodeSource,
    private readonly send: (message: FromModelProcess) => void,
  ) {
    this.atOnce = new AtOnce('fewer-rows-at-once', source.warn);
  }

  /** Never rejects: what goes wrong is sent. */
  async add(rows: readonly GenerationRow[]): Promise<void> {
    for (const row of rows) this.waiting.push({ row, generated: [] });
    if (this.running) return;
    this.running = true;
    try {
      this.session ??= this.source.open();
      const session = await this.session;
      while (this.waiting.length + this.active.length > 0) {
        await this.turn(session);
        await messagesRead();
      }
    } catch (error) {
      const ids = [...this.waiting, ...this.active].map(({ row: { id } }) => id);
      this.waiting = [];
      this.active = [];
      this.send({ type: 'generation-failed', rows: ids, error: AssayError.from(error).toJSON() });
    }
    this.stopped.clear();
    this.prefix = null;
    this.cache = null;
    this.running = false;
  }

  /** Their texts are complete, or nobody waits for them: each is told as ended by the next turn, if it had not ended before. */
  stop(ids: readonly number[]): void {
    for (const id of ids) this.stopped.add(id);
  }

  private async turn(session: Decoder): Promise<void> {
    this.dropStopped();
    assertUnchanged(this.source.checkpoint);
    try {
      const next = this.waiting[0];
      const cache = next === undefined ? this.cache : this.roomFor(next, session);
      if (next !== undefined && cache !== null && this.active.length < Math.min(cache.rows, this.atOnce.most)) await this.enter(next, cache, session);
      else if (cache !== null || this.cache !== null) await this.step((cache ?? this.cache) as KvCache, session);
    } catch (error) {
      const tried = this.active.length > 1 ? this.active.length : Math.min(this.atOnce.most, this.planned);
      if (!this.atOnce.halve(error, tried)) throw error;
      this.beginAgain();
    }
    assertUnchanged(this.source.checkpoint);
    if (this.grown.length > 0) this.send({ type: 'generated', rows: this.grown.splice(0) });
  }

  /** null: it has to wait until those that are in a smaller cache have ended. */
  private roomFor(row: Row, session: Decoder): KvCache | null {
    const places = placesOf(row);
    if (this.cache !== null && this.cache.places >= places) return this.cache;
    if (this.active.length > 0) return null;
    this.cache = null;
    const longest = this.waiting.reduce((most, each) => Math.max(most, placesOf(each)), places);
    const rows = Math.min(this.atOnce.most, cachedRows(bytesPerToken(session.needs.caches) * longest, freeMemory(), this.source.device));
    this.planned = rows;
    this.cache = session.cache(rows, longest);
    return this.cache;
  }

  /** Runs a row's prompt, as far as it is no prefix that was run before, and takes its first token. */
  private async enter(entering: Row, cache: KvCache, session: Decoder): Promise<void> {
    const { row, generated } = entering;
    const tokens = Int32Array.from([...row.tokens, ...generated]);
    const slot = this.active.length;
    const shared = row.prefix === null ? null : await this.prefixOf(row.prefix.id, tokens.subarray(0, row.prefix.tokens), session);
    if (shared !== null) cache.copy(shared, 0, slot, shared.places);
    const next = await this.read(tokens, shared?.places ?? 0, cache, slot, readsLogits(row.choice), session, row.id);
    if (next === null) return;
    this.waiting.splice(this.waiting.indexOf(entering), 1);
    this.active.push(entering);
    this.take(entering, next.best[0] ?? 0, next.logits);
  }

  private async prefixOf(id: number, tokens: Int32Array, session: Decoder): Promise<KvCache> {
    if (this.prefix?.id === id) return this.prefix.cache;
    this.prefix = null;
    const cache = session.cache(1, tokens.length);
    await this.read(tokens, 0, cache, 0, false, session, null);
    this.prefix = { id, cache };
    return cache;
  }

  /** null: the row was stopped meanwhile. */
  private async read(tokens: Int32Array, from: number, cache: KvCache, slot: number, asked: boolean, session: Decoder, id: number | null): Promise<Next | null> {
    const { promptTokens } = this.source.device;
    for (let start = from; ; start += promptTokens) {
      const part = tokens.subarray(start, start + promptTokens);
      const isLast = start + part.length === tokens.length;
      const next = await session.forward(cache, { first: slot, tokens: [part], past: [start], asked: isLast && asked ? [0] : [] });
      if (isLast) return next;
      await messagesRead();
      if (id !== null && this.stopped.has(id)) return null;
    }
  }

  /** A cache with more places where an answer has filled this one. */
  private grownFor(rows: readonly Row[], cache: KvCache, session: Decoder): KvCache {
    const filled = rows.map(({ row, generated }) => row.tokens.length + generated.length);
    if (Math.max(...filled) <= cache.places) return cache;
    const grown = session.cache(cache.rows, Math.ceil(cache.places * 1.25) + MORE_PLACES);
    filled.forEach((length, slot) => grown.copy(cache, slot, slot, length - 1));
    this.cache = grown;
    return grown;
  }

  /** One token more for each active row. */
  private async step(held: KvCache, session: Decoder): Promise<void> {
    if (this.active.length === 0) return;
    const rows = [...this.active];
    const cache = this.grownFor(rows, held, session);
    const asked = rows.flatMap(({ row }, index) => (readsLogits(row.choice) ? [index] : []));
    const tokens = rows.map(({ generated }) => Int32Array.of(generated.at(-1) ?? 0));
    const past = rows.map(({ row, generated }) => row.tokens.length + generated.length - 1);
    const { best, logits } = await session.forward(cache, { first: 0, tokens, past, asked });
    rows.forEach((each, index) => {
      const place = asked.indexOf(index);
      this.take(each, best[index] ?? 0, place < 0 ? null : logits.subarray(place * session.vocabularySize, (place + 1) * session.vocabularySize));
    });
  }

  private take(taker: Row, best: number, logits: Float32Array | null): void {
    const { row, generated } = taker;
    const token = logits === null || !readsLogits(row.choice) ? best : chooseToken(logits, [...row.tokens, ...generated], generated.length, row.choice);
    generated.push(token);
    const end: RowEnd | null = row.ends.includes(token) ? 'eos' : generated.length >= row.maxTokens ? 'length' : null;
    this.grown.push({ row: row.id, token, end });
    if (end !== null) this.leave(this.active.indexOf(taker));
  }

  /** The last row moves into its place. */
  private leave(slot: number): void {
    const last = this.active.pop();
    if (last === undefined || slot === this.active.length) return;
    const { cache } = this;
    // Whether its newest token is counted already depends on whose turn it is; it may be the one the cache has no place for yet.
    cache?.copy(cache, this.active.length, slot, Math.min(cache.places, last.row.tokens.length + last.generated.length));
    this.active[slot] = last;
  }

  private dropStopped(): void {
    const isStopped = ({ row }: Row): boolean => this.stopped.has(row.id);
    const end = ({ row }: Row): void => void this.grown.push({ row: row.id, token: null, end: 'stopped' });
    this.waiting.filter(isStopped).forEach(end);
    this.waiting = this.waiting.filter((row) => !isStopped(row));
    for (let slot = this.active.length - 1; slot >= 0; slot--) {
      const row = this.active[slot];
      if (row === undefined || !isStopped(row)) continue;
      end(row);
      this.leave(slot);
    }
    this.stopped.clear();
  }

  /** All rows, from what they have. */
  private beginAgain(): void {
    this.waiting = [...this.active, ...this.waiting];
    this.active = [];
    this.cache = null;
    this.prefix = null;
  }
}

/** Places a row begins with: a step costs by the places of the cache, and most texts end long before their limit. */
function placesOf({ row, generated }: Row): number {
  return row.tokens.length + Math.min(row.maxTokens, generated.length + MORE_PLACES);
}
