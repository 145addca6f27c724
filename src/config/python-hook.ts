import { PyOpaque } from '../python/value';

/** The value of a key tagged `!function module.name`: Python code, recorded and never run. */
export class PythonHook extends PyOpaque {
  readonly typeName = 'function';
  constructor(readonly name: string) {
    super();
  }

  str(): string {
    return `!function ${this.name}`;
  }

  repr(): string {
    return this.str();
  }
}
