import type { Doc } from '../python/value';
import type { Rows } from './rows';

/** Rows that are written down where they are used, as few-shot examples in a task file: whoever holds them has them in its own digest. */
export function rowsInMemory(rows: readonly Doc[]): Rows {
  return {
    columns: [...(rows[0]?.keys() ?? [])],
    length: rows.length,
    available: rows.length,
    digest: '',
    at: (index) => {
      const row = rows[index];
      if (row === undefined) throw new RangeError(`row ${index} of ${rows.length}`);
      return row;
    },
    ahead: (order, from) => order.length - from,
    close: () => undefined,
  };
}
