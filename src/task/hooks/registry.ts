import path from 'node:path';
import type { PythonHook } from '../../config/python-hook';
import { choices } from './choices';
import { glue } from './glue';
import { hellaswag } from './hellaswag';
import type { Hook, NativeFunction } from './hook';
import { mmlu } from './mmlu';
import { reading } from './reading';
import { truthfulqa } from './truthfulqa';
import { wikitext } from './wikitext';
import { winogrande } from './winogrande';

const FUNCTIONS: readonly NativeFunction[] = [hellaswag, winogrande, wikitext, truthfulqa, reading, glue, choices, mmlu].flat();

const byFingerprint = new Map(FUNCTIONS.flatMap((native) => native.fingerprints.map((fingerprint) => [fingerprint, native] as const)));
const byName = new Map(FUNCTIONS.map((native) => [native.name, native]));

/**
 * What stands for a hook; null where it would need Python. A function whose source is there is known by its content alone: of the same name
 * with another content is another function. Where there is no source its name counts: in full (`lm_eval.tasks.hellaswag.utils.process_docs`), or
 * `utils.process_docs` in a task file in a folder named as the harness names it.
 */
export function nativeHook(hook: PythonHook): Hook | null {
  const known = resolved.get(hook);
  if (known !== undefined) return known;
  const found = find(hook);
  resolved.set(hook, found);
  return found;
}

const resolved = new WeakMap<PythonHook, Hook | null>();

function find({ name, module }: PythonHook): Hook | null {
  const code = module?.code ?? { kind: 'no-file' };
  const noCall = { bound: {}, member: null };
  switch (code.kind) {
    case 'here':
      return called(byFingerprint.get(code.fingerprint), code);
    case 'imported':
      return called(byName.get(code.name), { bound: code.bound, member: null });
    case 'no-file':
      return called(namesOf(name, module?.file ?? null).map((full) => byName.get(full)).find((native) => native !== undefined), noCall);
    case 'missing':
    case 'no-python':
    case 'unreadable':
      return null;
  }
}

function called(native: NativeFunction | undefined, call: { readonly bound: Readonly<Record<string, unknown>>; readonly member: string | null }): Hook | null {
  if (native === undefined) return null;
  return typeof native.hook === 'function' ? native.hook(call as Parameters<typeof native.hook>[0]) : native.hook;
}

const PACKAGE = 'lm_eval.tasks.';
const MOST_FOLDERS = 4;

/** Full names that a hook without a file may stand for: as it is written, and by the folders it is written in. */
function namesOf(name: string, file: string | null): string[] {
  const names = [name, PACKAGE + name];
  if (file === null) return names;
  const depth = name.split('.').length - 2;
  const folders = path.dirname(file).split(path.sep).filter((part) => part !== '');
  const written = folders.slice(0, folders.length - depth);
  for (let count = 1; count <= Math.min(MOST_FOLDERS, written.length); count++) names.push(`${PACKAGE}${written.slice(-count).join('.')}.${name}`);
  return names;
}

/** What is known of a hook that has no native function here, for its message. */
export function hookHint({ name, module }: PythonHook): string {
  if (module === null) return '';
  const { file, code } = module;
  const where = path.basename(file);
  switch (code.kind) {
    case 'here': {
      const same = namesOf(name, file).find((full) => byName.has(full));
      const needs = code.needs.length === 0 ? 'nothing but Python' : `Python with ${code.needs.join(', ')}`;
      return same === undefined
        ? `; Assay has no function of its own for what ${where} holds. It needs ${needs}`
        : `; Assay has its own function for ${same}, but the one in ${where} is written differently and may give other numbers. It needs ${needs}`;
    }
    case 'imported':
      return `; it is ${code.name}, for which Assay has no function of its own`;
    case 'no-file':
      return `; there is no ${where} beside the task file, and Assay has no function of its own by this name`;
    case 'missing':
      return `; ${where} has no such function`;
    case 'no-python':
      return `; ${where} cannot be read as Python`;
    case 'unreadable':
      return `; ${where} cannot be read (${code.detail})`;
  }
}
