/** Rows of a split from parts (chunks, files): the first part decides the columns and their types, later ones are cast to it. */
import type { Doc, PyValue } from '../python/value';
import { cast, CastFailure, type ColumnType } from './column-type';
import { broken } from './file-text';

/** Rows of one part, with the types its own values have. `lines`: 1-based line of each row. */
export type Part = {
  readonly file: string;
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly rows: readonly ReadonlyMap<string, PyValue>[];
  readonly lines: readonly number[];
};

export class Table {
  private types: ReadonlyMap<string, ColumnType> | null = null;
  readonly rows: Doc[] = [];

  /** `sameOrder`: every part must have the same columns in the same order. */
  constructor(private readonly sameOrder: boolean) {}

  /** Throws AssayError (broken-data) for a row that does not fit. */
  append(part: Part): void {
    this.types ??= part.types;
    if (this.sameOrder && [...part.types.keys()].join('\0') !== [...this.types.keys()].join('\0')) {
      throw broken(part.file, `its columns are ${[...part.types.keys()].join(', ')}; those before are ${[...this.types.keys()].join(', ')}`, 1);
    }
    const late = [...part.types.keys()].find((column) => this.types?.has(column) === false);
    if (late !== undefined) {
      const row = part.rows.findIndex((candidate) => candidate.has(late));
      throw broken(part.file, `column "${late}" is not in the rows before`, part.lines[row]);
    }
    for (const [index, row] of part.rows.entries()) this.rows.push(this.fit(row, part, index));
  }

  private fit(row: ReadonlyMap<string, PyValue>, part: Part, index: number): Doc {
    const doc: Doc = new Map();
    for (const [column, type] of this.types ?? []) {
      try {
        doc.set(column, cast(row.get(column) ?? null, type));
      } catch (error) {
        if (!(error instanceof CastFailure)) throw error;
        throw broken(part.file, `column "${column}": ${error.message}`, part.lines[index]);
      }
    }
    return doc;
  }
}
