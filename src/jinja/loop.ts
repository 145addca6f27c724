import { equals } from '../python/compare';
import { PyError } from '../python/errors';
import { PyFunction, PyObject, type CallArguments } from '../python/object';
import { PyTuple, type PyValue } from '../python/value';
import { Undefined } from './undefined';

/** The variable `loop` inside a `for`. */
export class Loop extends PyObject {
  readonly typeName = 'jinja2.runtime.LoopContext';
  index = 0;
  private changedTo: readonly PyValue[] | null = null;

  constructor(
    private readonly items: readonly PyValue[],
    private readonly depth: number,
    /** What `loop(items)` does in a recursive loop; null in others. */
    private readonly recurse: ((items: PyValue) => PyValue) | null,
    /** What lies before the first and behind the last item is StrictUndefined. */
    private readonly strict: boolean,
  ) {
    super();
  }

  override length(): bigint {
    return BigInt(this.items.length);
  }

  override attribute(name: string): PyValue | undefined {
    const { index, items } = this;
    const left = items.length - index;
    switch (name) {
      case 'index':
        return BigInt(index + 1);
      case 'index0':
        return BigInt(index);
      case 'revindex':
        return BigInt(left);
      case 'revindex0':
        return BigInt(left - 1);
      case 'first':
        return index === 0;
      case 'last':
        return left === 1;
      case 'length':
        return BigInt(items.length);
      case 'depth':
        return BigInt(this.depth + 1);
      case 'depth0':
        return BigInt(this.depth);
      case 'previtem':
        return index === 0 ? new Undefined('there is no previous item', this.strict) : (items[index - 1] ?? null);
      case 'nextitem':
        return left === 1 ? new Undefined('there is no next item', this.strict) : (items[index + 1] ?? null);
      case 'cycle':
        return new PyFunction('cycle', ({ positional }) => this.cycle(positional));
      case 'changed':
        return new PyFunction('changed', ({ positional }) => this.changed(positional));
      default:
        return undefined;
    }
  }

  private cycle(values: readonly PyValue[]): PyValue {
    const value = values[this.index % Math.max(1, values.length)];
    if (value === undefined) throw new PyError('TypeError', 'no items for cycling given');
    return value;
  }

  private changed(values: readonly PyValue[]): boolean {
    if (this.changedTo !== null && equals(new PyTuple(this.changedTo), new PyTuple(values))) return false;
    this.changedTo = values;
    return true;
  }

  override get callable(): boolean {
    return true;
  }

  override call({ positional }: CallArguments): PyValue {
    if (this.recurse === null) throw new PyError('TypeError', "The loop must have the 'recursive' marker to be called recursively.");
    return this.recurse(positional[0] ?? null);
  }
}
