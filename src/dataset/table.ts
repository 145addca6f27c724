/** Rows of a split from parts (chunks, files): the first part decides the columns and their types, later ones are cast to it. */
import type { PyValue } from '../python/value';
import { broken } from './broken';
import { cast, CastFailure, type ColumnType, holdsJson } from './column-type';
import type { Intake } from './intake';
import { tenDecimals } from './ujson';

/** Rows of one part, with the types its own values have. `lines`: 1-based line of each row. */
export type Part = {
  readonly file: string;
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly rows: readonly ReadonlyMap<PyValue, PyValue>[];
  readonly lines: readonly number[];
  /** `datasets` reads these rows through pandas, whose JSON writer keeps ten decimals. So it does where kinds are mixed. */
  readonly recoded?: boolean;
};

/** Cells of one part. A file whose rows all have other keys would be a table of their number squared. */
const MOST_CELLS = 50_000_000;

/** Throws AssayError (broken-data) for a part whose table would be far larger than what it was read from. */
export function checkSize(file: string, rows: number, columns: number): void {
  if (rows * columns <= MOST_CELLS) return;
  throw broken(file, `${rows} rows of ${columns} columns are too many at once: most of them would be empty`);
}

export class Table {
  private types: readonly (readonly [column: string, type: ColumnType])[] | null = null;

  /** `sameOrder`: every part must have the same columns in the same order. */
  constructor(
    private readonly sameOrder: boolean,
    readonly intake: Intake,
    /** Types that are known beforehand, by column. */
    private readonly declared: ReadonlyMap<string, ColumnType> = new Map(),
  ) {}

  /** Throws AssayError (broken-data) for a row that does not fit. */
  async append(part: Part): Promise<void> {
    const types = (this.types ??= [...part.types].map(([column, type]) => [column, this.declared.get(column) ?? type] as const));
    const columns = types.map(([column]) => column);
    checkSize(part.file, part.rows.length, columns.length);
    if (this.intake.columns === null) this.intake.open(columns, part.file);
    const own = [...part.types.keys()];
    if (this.sameOrder && own.join('\0') !== columns.join('\0')) {
      throw broken(part.file, `its columns are ${own.join(', ')}; those before are ${columns.join(', ')}`, 1);
    }
    const known = new Set(columns);
    const late = own.find((column) => !known.has(column));
    if (late !== undefined) {
      const row = part.rows.findIndex((candidate) => candidate.has(late));
      throw broken(part.file, `column "${late}" is not in the rows before`, part.lines[row]);
    }
    const rounded = part.recoded === true || types.some(([, type]) => holdsJson(type));
    for (const [index, row] of part.rows.entries()) {
      if (this.intake.isFull) return this.intake.skip(part.rows.length - index);
      this.intake.put(types.map(([column, type]) => fit(rounded ? tenDecimals(row.get(column) ?? null) : (row.get(column) ?? null), column, type, part, index)));
      if (this.intake.isTired) await this.intake.rest();
    }
  }
}

function fit(value: PyValue, column: string, type: ColumnType, part: Part, index: number): PyValue {
  try {
    return cast(value, type);
  } catch (error) {
    if (!(error instanceof CastFailure)) throw error;
    throw broken(part.file, `column "${column}": ${error.message}`, part.lines[index]);
  }
}
