import type { DatasetSource } from '../../src/config/definition';
import { readRows } from '../../src/dataset/rows';
import type { Doc } from '../../src/python/value';

/** Every row of a small split. */
export async function loadSplit(source: DatasetSource, split: string, limit: number | null = null): Promise<readonly Doc[]> {
  const rows = await readRows(source, split, { limit, signal: new AbortController().signal });
  try {
    return Array.from({ length: rows.length }, (_, index) => rows.at(index));
  } finally {
    rows.close();
  }
}
