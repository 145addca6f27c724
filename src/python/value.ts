/**
 * A value as Python would hold it, because prompts, hashes and sample lines print what Python prints.
 * Python `int` is a `bigint`, Python `float` is a `number`: `1` and `1.0` print differently and JSON keeps them apart.
 * A `dict` keeps insertion order, hence a Map (object keys that look like integers would be reordered).
 */
export type PyValue = null | boolean | bigint | number | string | PyValue[] | PyDict | PyTuple | PyOpaque;

export type PyDict = Map<PyValue, PyValue>;

/** A Python tuple: prints with parentheses, otherwise a list. */
export class PyTuple {
  constructor(readonly items: readonly PyValue[]) {}
}

/** A value that only has to print right: dates, decimals, bytes as a Parquet or Arrow column gives them. */
export abstract class PyOpaque {
  abstract readonly typeName: string;
  abstract str(): string;
  abstract repr(): string;
}

/** One row of a dataset: column name -> value, in column order. */
export type Doc = Map<string, PyValue>;
