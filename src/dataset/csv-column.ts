/** What pandas' C parser makes of a column of text: int64, float64, bool or text, and missing values. */
import type { PyValue } from '../python/value';
import type { ColumnType } from './column-type';

/** pandas' default words for a missing value. */
export const MISSING: ReadonlySet<string> = new Set([
  '', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null',
]);

const INTEGER = /^\s*[-+]?\d+\s*$/;
const FLOAT = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/;
/** Digits of a number that can be one of 64 bits, leading zeros counted. */
const MOST_DIGITS = 1000;
const INFINITY = /^\s*([-+]?)(inf|infinity)\s*$/i;
const TRUE: ReadonlySet<string> = new Set(['True', 'TRUE', 'true']);
const FALSE: ReadonlySet<string> = new Set(['False', 'FALSE', 'false']);

export type InferredColumn = { readonly type: ColumnType; readonly values: readonly PyValue[] };

/** `undefined` cells are those of short rows. null: a whole number that no column can hold. */
export function inferColumn(cells: readonly (string | undefined)[], missing: ReadonlySet<string>): InferredColumn | null {
  const present = cells.filter((cell) => cell !== undefined).filter((cell) => !missing.has(cell));
  const complete = present.length === cells.length;
  const each = (convert: (cell: string) => PyValue): PyValue[] =>
    cells.map((cell) => (cell === undefined || missing.has(cell) ? null : convert(cell)));

  if (complete && present.every((cell) => INTEGER.test(cell))) {
    if (present.some((cell) => cell.trim().length > MOST_DIGITS)) return null;
    const values = each((cell) => BigInt(cell.trim().replace(/^\+/, '')));
    return fitsInteger(values) ? { type: { kind: 'int' }, values } : null;
  }
  if (present.every((cell) => FLOAT.test(cell) || INFINITY.test(cell))) return { type: { kind: 'float' }, values: each(toDouble) };
  if (present.every((cell) => TRUE.has(cell) || FALSE.has(cell))) return { type: { kind: 'bool' }, values: each((cell) => TRUE.has(cell)) };
  return { type: { kind: 'string' }, values: each((cell) => cell) };
}

/** int64, or uint64 where none is negative. */
function fitsInteger(values: readonly PyValue[]): boolean {
  let low = 0n;
  let high = 0n;
  for (const value of values) {
    if (typeof value !== 'bigint') continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low >= -(2n ** 63n) && high < (low < 0n ? 2n ** 63n : 2n ** 64n);
}

/**
 * pandas' `precise_xstrtod`: digits gathered in a double, at most 17 of them (leading zeros count), then one
 * multiplication or division by a power of ten. So 17 digits may differ from correct rounding in the last place.
 */
function toDouble(cell: string): number {
  const infinite = INFINITY.exec(cell);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(cell.trim()) ?? [];
  let value = 0;
  let digits = 0;
  let exponent = Number(power);
  for (const digit of whole) {
    if (digits < 17) {
      value = value * 10 + Number(digit);
      digits++;
    } else exponent++;
  }
  for (const digit of fraction) {
    if (digits >= 17) break;
    value = value * 10 + Number(digit);
    digits++;
    exponent--;
  }
  return (sign === '-' ? -1 : 1) * scaled(value, exponent);
}

function scaled(value: number, exponent: number): number {
  if (exponent > 308) return value === 0 ? 0 : Infinity;
  if (exponent > 0) return value * Number(`1e${exponent}`);
  if (exponent < -308) return value / Number(`1e${-308 - exponent}`) / 1e308;
  return value / Number(`1e${-exponent}`);
}
