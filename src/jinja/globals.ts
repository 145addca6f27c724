import { BoundArguments } from '../python/arguments';
import { dictSet } from '../python/compare';
import { PyError } from '../python/errors';
import { dictEntries } from '../python/methods';
import { requireIndex } from '../python/number';
import { PyFunction, PyObject, PyRange, type CallArguments } from '../python/object';
import { str } from '../python/print';
import type { PyDict, PyValue } from '../python/value';

/** `namespace(…)`: the one object a template may assign attributes of. */
export class Namespace extends PyObject {
  readonly typeName = 'Namespace';
  private readonly values: PyDict;
  constructor(args: CallArguments) {
    super();
    this.values = dict(args);
  }

  override repr(): string {
    return `<Namespace ${str(this.values)}>`;
  }

  override attribute(name: string): PyValue | undefined {
    return this.values.get(name);
  }

  set(name: string, value: PyValue): void {
    this.values.set(name, value);
  }
}

class Cycler extends PyObject {
  readonly typeName = 'Cycler';
  private position = 0;
  constructor(private readonly items: readonly PyValue[]) {
    super();
    if (items.length === 0) throw new PyError('RuntimeError', 'at least one item has to be provided');
  }

  override attribute(name: string): PyValue | undefined {
    const current = this.items[this.position] ?? null;
    if (name === 'current') return current;
    if (name === 'next') {
      return new PyFunction('next', () => {
        const value = this.items[this.position] ?? null;
        this.position = (this.position + 1) % this.items.length;
        return value;
      });
    }
    if (name !== 'reset') return undefined;
    return new PyFunction('reset', () => {
      this.position = 0;
      return null;
    });
  }
}

class DictType extends PyFunction {
  constructor() {
    super('dict', dict);
  }

  override repr(): string {
    return "<class 'dict'>";
  }
}

function dict(args: CallArguments): PyDict {
  if (args.positional.length > 1) throw new PyError('TypeError', `dict expected at most 1 argument, got ${args.positional.length}`);
  const result: PyDict = new Map();
  const [source] = args.positional;
  for (const [key, value] of source === undefined ? [] : dictEntries(source)) dictSet(result, key, value);
  for (const [name, value] of args.named) result.set(name, value);
  return result;
}

function range(args: CallArguments): PyRange {
  if (args.positional.length === 0) throw new PyError('TypeError', 'range expected at least 1 argument, got 0');
  const bound = new BoundArguments('range', args, ['start', 'stop', 'step'], 1);
  const first = requireIndex(bound.value('start') ?? null);
  const stop = bound.value('stop');
  return stop === undefined ? new PyRange(0n, first, 1n) : new PyRange(first, requireIndex(stop), requireIndex(bound.or('step', 1n)));
}

function joiner(args: CallArguments): PyValue {
  const separator = new BoundArguments('joiner', args, ['sep']).or('sep', ', ');
  let used = false;
  return new PyFunction('joiner', () => {
    const text = used ? separator : '';
    used = true;
    return text;
  });
}

/** Ranges of Jinja2's sandbox end here. */
const MOST_IN_SANDBOX = 100_000n;

/** `range` in a sandbox. */
export const sandboxRange = new PyFunction('range', (args) => {
  const made = range(args);
  if (made.length() > MOST_IN_SANDBOX) throw new PyError('OverflowError', `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${MOST_IN_SANDBOX}).`);
  return made;
});

/** Names every template knows. */
export const GLOBALS: readonly (readonly [string, PyValue])[] = [
  ['range', new PyFunction('range', range)],
  ['dict', new DictType()],
  ['namespace', new PyFunction('namespace', (args) => new Namespace(args))],
  ['cycler', new PyFunction('cycler', ({ positional }) => new Cycler(positional))],
  ['joiner', new PyFunction('joiner', joiner)],
  ['lipsum', new PyFunction('lipsum', () => {
    throw new PyError('NotImplementedError', 'lipsum() prints random text, which no prompt can be compared by');
  })],
];
