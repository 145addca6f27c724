import type { Store } from '../../src/editor/evaluations/memory';

/** Values go through JSON, as in the editor's own storage. */
export function store(): Store {
  const values = new Map<string, string>();
  return {
    get: <T>(key: string) => (values.has(key) ? (JSON.parse(values.get(key) ?? '') as T) : undefined),
    update: (key, value) => Promise.resolve(void values.set(key, JSON.stringify(value))),
  };
}
