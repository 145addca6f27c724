/** `Dataset.map`, `filter` and their kin over rows, for `process_docs`. */
import type { Rows } from '../../dataset/rows';
import { rowsInMemory } from '../../dataset/rows-in-memory';
import { AssayError } from '../../protocol/errors';
import type { Doc, PyValue } from '../../python/value';
import type { Hook } from './hook';

/** Columns that `map`'s function gives, over those the row has: known ones keep their place, new ones follow. */
export function mapped(columns: (doc: Doc) => Readonly<Record<string, PyValue>>): Hook {
  const change = (doc: Doc): Doc => {
    const row = new Map(doc);
    for (const [column, value] of Object.entries(columns(doc))) row.set(column, value);
    return row;
  };
  return {
    use: 'docs',
    keepsCount: true,
    apply: (rows) => {
      const first = rows.length === 0 ? null : change(rows.at(0));
      return Promise.resolve({
        ...view(rows),
        columns: first === null ? rows.columns : [...first.keys()],
        at: (index) => change(rows.at(index)),
      });
    },
  };
}

/** Rows between two looks at the clock and the signal. */
const AT_ONCE = 2_000;

/** `filter`. */
export function filtered(keeps: (doc: Doc) => boolean): Hook {
  return {
    use: 'docs',
    keepsCount: false,
    apply: async (rows, signal) => {
      const kept: number[] = [];
      await eachRow(rows, signal, (doc, index) => {
        if (keeps(doc)) kept.push(index);
      });
      const place = (index: number): number => {
        const found = kept[index];
        if (found === undefined) throw new RangeError(`row ${index} of ${kept.length}`);
        return found;
      };
      return { ...view(rows), length: kept.length, available: kept.length, at: (index) => rows.at(place(index)), ahead: (order, from) => rows.ahead(order.map(place), from) };
    },
  };
}

/** Another list of rows made of all rows. */
export function rebuilt(make: (docs: readonly Doc[]) => readonly Doc[]): Hook {
  return {
    use: 'docs',
    keepsCount: false,
    apply: async (rows, signal) => {
      const docs: Doc[] = [];
      await eachRow(rows, signal, (doc) => docs.push(doc));
      return rowsInMemory(make(docs));
    },
  };
}

/** What stays when rows are seen another way; they are closed by whoever opened them. */
function view(rows: Rows): Rows {
  const { columns, length, available, digest } = rows;
  return { columns, length, available, digest, at: (index) => rows.at(index), ahead: (order, from) => rows.ahead(order, from), close: () => undefined };
}

async function eachRow(rows: Rows, signal: AbortSignal, take: (doc: Doc, index: number) => void): Promise<void> {
  const order = Array.from({ length: rows.length }, (_, index) => index);
  let readUpTo = 0;
  for (let index = 0; index < rows.length; index++) {
    if (index >= readUpTo) readUpTo = index + Math.max(1, rows.ahead(order, index));
    take(rows.at(index), index);
    if (index % AT_ONCE !== AT_ONCE - 1) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new AssayError('cancelled');
  }
}
