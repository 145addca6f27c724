/** What a data set on this machine holds, without its rows. */
import type { DatasetSource } from '../config/definition';
import { Intake } from './intake';
import { layoutOf } from './layout';
import { RowStore } from './row-store';
import { openSplit, type Split } from './split';

/** Names of the splits. Rejects with an AssayError as readRows does. */
export async function splitNames(source: DatasetSource): Promise<readonly string[]> {
  return [...(await layoutOf(source, null)).splits.keys()];
}

/** Which files a split has now, and how they are read. Rejects as readRows does. */
export function filesOfSplit(source: DatasetSource, split: string): Promise<Pick<Split, 'files' | 'reading'>> {
  return openSplit(source, split);
}

/** Columns of a split; of its files only the first chunk of the first is read, of Parquet only the footer. Rejects with an AssayError as readRows does. */
export async function columnsOf(source: DatasetSource, split: string, signal: AbortSignal): Promise<readonly string[]> {
  const first = (await openSplit(source, split)).first();
  const known = await first.columns();
  if (known !== null) return known;
  const store = new RowStore();
  await first.read(new Intake(store, 1, { signal, counts: false }));
  return store.columns ?? [];
}

export type ColumnKind = { readonly name: string; readonly isText: boolean };

/** Rows that say what a column holds. */
const SAMPLE = 10_000;

/** Columns with whether they hold text, as the first rows have it: at least one, and nothing but text. Rejects as columnsOf does. */
export async function columnKindsOf(source: DatasetSource, split: string, signal: AbortSignal): Promise<readonly ColumnKind[]> {
  const store = new RowStore();
  await (await openSplit(source, split)).read(new Intake(store, SAMPLE, { signal, counts: false }));
  const rows = store.rows(store.length);
  const kinds = rows.columns.map((name) => ({ name, texts: 0, others: 0 }));
  for (let index = 0; index < rows.length; index++) {
    const row = rows.at(index);
    for (const kind of kinds) {
      const value = row.get(kind.name) ?? null;
      if (typeof value === 'string') kind.texts++;
      else if (value !== null) kind.others++;
    }
  }
  rows.close();
  return kinds.map(({ name, texts, others }) => ({ name, isText: texts > 0 && others === 0 }));
}
