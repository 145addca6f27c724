/** Rows of an evaluation's data: each split is read once for all its tasks and checkpoints, and closed with it. */
import type { DatasetSource } from '../config/definition';
import type { ReadRows, Rows } from '../dataset/rows';
import { encode } from '../python/codec';

export class SharedRows {
  private readonly splits = new Map<string, Promise<Rows>>();

  constructor(
    private readonly readRows: ReadRows,
    private readonly signal: AbortSignal,
  ) {}

  split(source: DatasetSource, split: string, limit: number | null): Promise<Rows> {
    const key = JSON.stringify(encode([source, split, limit]));
    const known = this.splits.get(key);
    if (known !== undefined) return known;
    const reading = this.readRows(source, split, { limit, signal: this.signal });
    this.splits.set(key, reading);
    return reading;
  }

  async close(): Promise<void> {
    const read = await Promise.allSettled(this.splits.values());
    this.splits.clear();
    for (const rows of read) if (rows.status === 'fulfilled') rows.value.close();
  }
}
