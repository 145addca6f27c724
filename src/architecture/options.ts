import type { ModelConfig } from '../checkpoint/checkpoint';
import { AssayError } from '../protocol/errors';
import { isHarmless, soundsLikeComputation } from './known-options';

/** An option that was not understood but does not sound as if it changed a number. */
export type IgnoredOption = { readonly key: string; readonly value: string };

/**
 * Reads config.json option by option and remembers which were read, so that what nobody read can be refused.
 * All errors name config.json, the key and the value.
 */
export class Options {
  private readonly read = new Set<string>();

  constructor(
    private readonly config: ModelConfig,
    readonly modelType: string,
  ) {}

  /** A whole number of at least 1. Missing or null: `whenMissing`, else an error. */
  size(key: string, whenMissing?: number, max = 2 ** 31 - 1): number {
    const value = this.present(key) ?? whenMissing;
    if (value === undefined) throw this.missing(key);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max) {
      throw this.wrong(key, value, `a whole number from 1 to ${max}`);
    }
    return value;
  }

  number(key: string, whenMissing?: number): number {
    const value = this.present(key) ?? whenMissing;
    if (value === undefined) throw this.missing(key);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(key, value, 'a number');
    return value;
  }

  positive(key: string, whenMissing?: number): number {
    const value = this.number(key, whenMissing);
    if (!(value > 0)) throw this.wrong(key, value, 'above 0');
    return value;
  }

  /** null stays null; only a missing key takes `whenMissing`. */
  positiveOrNull(key: string, whenMissing: number | null): number | null {
    this.read.add(key);
    const value = this.config[key] === undefined ? whenMissing : this.config[key];
    if (value === null) return null;
    if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) throw this.wrong(key, value, 'a positive number or null');
    return value;
  }

  flag(key: string, whenMissing: boolean): boolean {
    const value = this.present(key) ?? whenMissing;
    if (typeof value !== 'boolean') throw this.wrong(key, value, 'true or false');
    return value;
  }

  text(key: string, whenMissing?: string): string {
    const value = this.present(key) ?? whenMissing;
    if (value === undefined) throw this.missing(key);
    if (typeof value !== 'string') throw this.wrong(key, value, 'a string');
    return value;
  }

  /** A list of strings, or null when missing. */
  texts(key: string): readonly string[] | null {
    const value = this.present(key);
    if (value === undefined) return null;
    if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw this.wrong(key, value, 'a list of strings');
    return value;
  }

  /** A nested object, or null when missing. */
  record(key: string): ModelConfig | null {
    const value = this.present(key);
    if (value === undefined) return null;
    if (typeof value !== 'object' || Array.isArray(value)) throw this.wrong(key, value, 'an object');
    return { ...value };
  }

  isNull(key: string): boolean {
    return this.config[key] === null;
  }

  /** What the reference itself does not look at for this type. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.read.add(key);
  }

  /** Only `supported` (or nothing) may stand here. */
  only(key: string, supported: unknown, hint = ''): void {
    const value = this.present(key);
    if (value !== undefined && value !== supported) throw this.unsupported(key, value, hint);
  }

  unsupported(key: string, value: unknown, hint = ''): AssayError {
    return new AssayError('unsupported-option', { key, value: show(value), hint: hint && ` ${hint}` }, CONFIG);
  }

  wrong(key: string, value: unknown, expected: string): AssayError {
    return new AssayError('wrong-option', { key, value: show(value), expected }, CONFIG);
  }

  /**
   * Call after everything was read. An unread option that is switched on and sounds as if it changed the computation is refused;
   * the other unread ones are returned.
   */
  finish(): readonly IgnoredOption[] {
    const ignored: IgnoredOption[] = [];
    for (const [key, value] of Object.entries(this.config)) {
      if (this.read.has(key) || isHarmless(key, this.modelType) || isOff(value)) continue;
      if (soundsLikeComputation(key)) throw this.unsupported(key, value, 'Remove it from config.json if the model does not depend on it.');
      ignored.push({ key, value: show(value) });
    }
    return ignored;
  }

  private present(key: string): NonNullable<unknown> | undefined {
    this.read.add(key);
    return this.config[key] ?? undefined;
  }

  private missing(key: string): AssayError {
    return new AssayError('missing-option', { key, type: this.modelType }, CONFIG);
  }
}

const CONFIG = { file: 'config.json' } as const;

function isOff(value: unknown): boolean {
  if (value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
