import type { PyValue } from '../python/value';
import type { Environment, Filter, Test } from './environment';
import { GLOBALS, sandboxRange } from './globals';
import { NUMBER_FILTERS } from './number-filters';
import { Scope } from './scope';
import { SELECT_FILTERS } from './select-filters';
import { SEQUENCE_FILTERS } from './sequence-filters';
import { TESTS } from './tests';
import { TEXT_FILTERS } from './text-filters';

/** Jinja2 as somebody has set it up. */
export type Dialect = {
  /** As transformers does for chats: lines of block tags cut, last line end cut, `break`, `continue` and `generation`, a sandbox. Else as Jinja2 comes. */
  readonly chat: boolean;
  readonly environment: Environment;
  /** Names that every template knows. */
  readonly globals: Scope;
};

export type DialectParts = {
  readonly chat: boolean;
  /** Beside Jinja2's own, or instead of them. */
  readonly filters: readonly (readonly [string, Filter])[];
  readonly globals: readonly (readonly [string, PyValue])[];
};

export function makeDialect({ chat, filters, globals }: DialectParts): Dialect {
  const known: ReadonlyMap<string, Filter> = new Map([...TEXT_FILTERS, ...NUMBER_FILTERS, ...SEQUENCE_FILTERS, ...SELECT_FILTERS, ...filters]);
  const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
    ...TESTS,
    ['filter', (value) => typeof value === 'string' && known.has(value)],
    ['test', (value) => typeof value === 'string' && tests.has(value)],
  ]);
  return {
    chat,
    environment: { filter: (name) => known.get(name), test: (name) => tests.get(name), strict: !chat, immutable: chat },
    globals: new Scope(null, new Map([...GLOBALS, ...(chat ? [['range', sandboxRange] as const] : []), ...globals])),
  };
}
