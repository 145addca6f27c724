import { PythonHook } from '../../config/python-hook';
import type { TaskDefinition } from '../../config/definition';
import { AssayError } from '../../protocol/errors';
import type { PyValue } from '../../python/value';
import { keyText } from '../../config/yaml/values';
import type { Hook } from './hook';
import { hookHint, nativeHook } from './registry';

/** A hook of a task file: the key it stands in, steps below it, and what it is there for; null: nothing that can be stood in for. */
export type HookUse = { readonly key: string; readonly inner: readonly (string | number)[]; readonly use: Hook['use'] | null; readonly hook: PythonHook };

const FIELDS: ReadonlySet<string> = new Set(['doc_to_text', 'doc_to_target', 'doc_to_choice']);
/** Says nothing of prompts and numbers. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['doc_to_decontamination_query']);

/** Every hook that a task's numbers depend on, in the order of its keys. */
export function hookUses({ raw }: Pick<TaskDefinition, 'raw'>): HookUse[] {
  const seen = new Set<PyValue>();
  return [...raw].flatMap(([key, value]) => (WITHOUT_EFFECT.has(key) ? [] : within(key, [], value, seen)));
}

function within(key: string, inner: readonly (string | number)[], value: PyValue, seen: Set<PyValue>): HookUse[] {
  if (value instanceof PythonHook) return [{ key, inner, use: useOf(key, inner), hook: value }];
  const steps: readonly (readonly [string | number, PyValue])[] = Array.isArray(value) ? [...value.entries()] : value instanceof Map ? [...value].map(([name, item]) => [keyText(name), item] as const) : [];
  if (steps.length === 0 || seen.has(value)) return [];
  seen.add(value);
  return steps.flatMap(([step, item]) => within(key, [...inner, step], item, seen));
}

function useOf(key: string, inner: readonly (string | number)[]): Hook['use'] | null {
  const last = inner.at(-1) ?? key;
  if (key === 'process_docs' || (key === 'fewshot_config' && last === 'process_docs')) return 'docs';
  if (inner.length <= 1 && (inner.length === 0 || key === 'fewshot_config') && FIELDS.has(String(last))) return 'field';
  if (key === 'process_results') return 'results';
  if (key === 'metric_list' && (last === 'metric' || last === 'aggregation')) return last;
  if (key === 'filter_list' && (last === 'function' || last === 'filter_fn')) return 'filter';
  return key === 'fewshot_config' && last === 'samples' ? 'samples' : null;
}

/** What stands for a hook in its place; null where it would need Python. */
export function standsIn({ hook, use }: HookUse): Hook | null {
  const native = nativeHook(hook);
  return native !== null && native.use === use ? native : null;
}

export function hookProblem({ hook }: Pick<HookUse, 'hook'>): { readonly code: 'python-hook'; readonly args: { readonly name: string; readonly hint: string } } {
  return { code: 'python-hook', args: { name: hook.name, hint: hookHint(hook) } };
}

/** The function of a kind that stands for a hook. Throws AssayError `python-hook`. */
export function hookFor<Use extends Hook['use']>(hook: PythonHook, use: Use): Extract<Hook, { readonly use: Use }> {
  const native = nativeHook(hook);
  if (native === null || !isFor(native, use)) throw new AssayError('python-hook', hookProblem({ hook }).args);
  return native;
}

function isFor<Use extends Hook['use']>(hook: Hook, use: Use): hook is Extract<Hook, { readonly use: Use }> {
  return hook.use === use;
}
