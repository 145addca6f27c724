import path from 'node:path';
import { functionOf } from '../python/source/function';
import type { PyValue } from '../python/value';
import { type HookCode, PythonHook } from './python-hook';
import { type ReadText, unread } from './text-files';

/** The value with what stands behind every `!function` in it. `file`: the text they are written in; modules lie beside it, as the harness looks for them. */
export async function withHookCode(value: PyValue, file: string, read: ReadText): Promise<PyValue> {
  const hooks = new Map<PythonHook, PythonHook>();
  for (const hook of hooksIn(value)) hooks.set(hook, hook.module === null ? await found(hook, file, read) : hook);
  return hooks.size === 0 ? value : replaced(value, hooks, new Map());
}

/** What aliases share is looked at once. */
function hooksIn(value: PyValue, seen = new Set<PyValue>()): PythonHook[] {
  if (value instanceof PythonHook) return [value];
  const inner = Array.isArray(value) ? value : value instanceof Map ? [...value.values()] : [];
  if (inner.length === 0 || seen.has(value)) return [];
  seen.add(value);
  return inner.flatMap((item) => hooksIn(item, seen));
}

function replaced(value: PyValue, hooks: ReadonlyMap<PythonHook, PythonHook>, done: Map<PyValue, PyValue>): PyValue {
  if (value instanceof PythonHook) return hooks.get(value) ?? value;
  if (!Array.isArray(value) && !(value instanceof Map)) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  const copy = Array.isArray(value) ? value.map((item) => replaced(item, hooks, done)) : new Map([...value].map(([key, item]) => [key, replaced(item, hooks, done)]));
  done.set(value, copy);
  return copy;
}

async function found({ name }: PythonHook, written: string, read: ReadText): Promise<PythonHook> {
  const dot = name.lastIndexOf('.');
  const file = path.resolve(path.dirname(written), ...`${name.slice(0, Math.max(dot, 0))}.py`.split(/\.(?!py$)/));
  return new PythonHook(name, { file, code: await codeIn(file, name.slice(dot + 1), read) });
}

async function codeIn(file: string, name: string, read: ReadText): Promise<HookCode> {
  try {
    return functionOf(await read(file), name);
  } catch (error) {
    const { code, args } = unread(file, error);
    return code === 'missing-file' ? { kind: 'no-file' } : { kind: 'unreadable', detail: String(args['detail'] ?? '') };
  }
}
