import { PRICE, spend } from './effort';
import { PyError } from './errors';
import { PyOpaque, type PyValue } from './value';

export type CallArguments = { readonly positional: readonly PyValue[]; readonly named: ReadonlyMap<string, PyValue> };

/**
 * A Python object that is more than something to print: it may have attributes, be iterated, measured or called.
 * The defaults are those of a bare `object()`.
 */
export abstract class PyObject extends PyOpaque {
  str(): string {
    return this.repr();
  }

  repr(): string {
    return `<${this.typeName} object>`;
  }

  attribute(_name: string): PyValue | undefined {
    return undefined;
  }

  /** null: not iterable. */
  iterate(): Iterable<PyValue> | null {
    return null;
  }

  /** null: has no length. */
  length(): bigint | null {
    return null;
  }

  /** `self[key]`; undefined: not subscriptable that way. */
  item(_key: PyValue): PyValue | undefined {
    return undefined;
  }

  truth(): boolean {
    const length = this.length();
    return length === null || length > 0n;
  }

  /** Runs before an operator other than `==` takes this value: an undefined value refuses here. */
  beforeOperator(): void {}

  /** `self == other`, also with the two exchanged; undefined: as for any object. */
  equalTo(_other: PyValue): boolean | undefined {
    return undefined;
  }

  get callable(): boolean {
    return false;
  }

  call(_args: CallArguments): PyValue {
    throw new PyError('TypeError', `'${this.typeName}' object is not callable`);
  }
}

/** A function of ours that templates may call. */
export class PyFunction extends PyObject {
  readonly typeName = 'function';
  constructor(
    readonly functionName: string,
    private readonly body: (args: CallArguments) => PyValue,
  ) {
    super();
  }

  override get callable(): boolean {
    return true;
  }

  override repr(): string {
    return `<function ${this.functionName}>`;
  }

  override call(args: CallArguments): PyValue {
    return this.body(args);
  }
}

/** Something that can be walked once, such as a generator; or a view of a dict. */
export class PyIterator extends PyObject {
  constructor(
    readonly typeName: string,
    private readonly source: Iterable<PyValue>,
    private readonly size: bigint | null = null,
  ) {
    super();
  }

  override iterate(): Iterable<PyValue> {
    return this.source;
  }

  override length(): bigint | null {
    return this.size;
  }
}

/** `range(start, stop, step)`, not spelled out. */
export class PyRange extends PyObject {
  readonly typeName = 'range';
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {
    super();
    if (step === 0n) throw new PyError('ValueError', 'range() arg 3 must not be zero');
  }

  override repr(): string {
    return this.step === 1n ? `range(${this.start}, ${this.stop})` : `range(${this.start}, ${this.stop}, ${this.step})`;
  }

  override length(): bigint {
    const span = this.step > 0n ? this.stop - this.start : this.start - this.stop;
    const size = this.step > 0n ? this.step : -this.step;
    return span <= 0n ? 0n : (span + size - 1n) / size;
  }

  at(index: bigint): bigint {
    return this.start + index * this.step;
  }

  override item(key: PyValue): PyValue | undefined {
    if (typeof key !== 'bigint') return undefined;
    const index = key < 0n ? key + this.length() : key;
    if (index < 0n || index >= this.length()) throw new PyError('IndexError', 'range object index out of range');
    return this.at(index);
  }

  override *iterate(): Iterable<PyValue> {
    for (let index = 0n, length = this.length(); index < length; index++) {
      spend(PRICE.integer);
      yield this.at(index);
    }
  }
}
