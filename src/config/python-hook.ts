import type { SourceFunction } from '../python/source/function';
import { PyOpaque } from '../python/value';

/** What stands behind a `!function`: the function's source where its file is there, else what is known of the file. */
export type HookCode =
  | Exclude<SourceFunction, { readonly kind: 'missing' | 'no-python' }>
  | { readonly kind: 'missing' | 'no-python' | 'no-file' }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The value of a key tagged `!function module.name`: Python code, looked at and never run. */
export class PythonHook extends PyOpaque {
  readonly typeName = 'function';
  constructor(
    readonly name: string,
    /** The module's file, absolute, as the harness looks for it first, and what was found there; null: not looked for yet. */
    readonly module: { readonly file: string; readonly code: HookCode } | null = null,
  ) {
    super();
  }

  str(): string {
    return `!function ${this.name}`;
  }

  /** Two hooks print the same where they are the same code: a task's digest rests on it. */
  repr(): string {
    const code = this.module?.code;
    return code?.kind === 'here' ? `${this.str()} (${code.fingerprint})` : this.str();
  }
}
