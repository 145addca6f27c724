import type { PythonHook } from '../config/python-hook';
import type { Rows } from '../dataset/rows';
import { hookFor } from './hooks/uses';
import type { TaskContext } from './prepared';

/**
 * Rows of a split as `process_docs` leaves them. A limit counts what is left: only where each row stays one can it end the reading.
 * Rejects with an AssayError, and with a PyError where the function raises.
 */
export async function processedRows(hook: PythonHook | null, { rows, signal }: Pick<TaskContext, 'rows' | 'signal'>, split: string, limit: number | null): Promise<Rows> {
  if (hook === null) return rows(split, limit);
  const { keepsCount, apply } = hookFor(hook, 'docs');
  const processed = await apply(await rows(split, keepsCount ? limit : null), signal);
  return keepsCount || limit === null || limit <= 0 ? processed : first(processed, limit < 1 ? Math.ceil(processed.length * limit) : Math.trunc(limit));
}

function first(rows: Rows, count: number): Rows {
  const { columns, available, digest } = rows;
  const length = Math.min(rows.length, count);
  return { columns, available, digest, length, at: (index) => rows.at(index), ahead: (order, from) => rows.ahead(order, from), close: () => undefined };
}
