import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Problem, Severity, TextRange } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { joinPath, parsePath } from './config-path';
import { PythonHook } from './python-hook';
import { firstLineEnd, type ConfigSource } from './source';
import { hint } from './suggest';
import { keyText } from './yaml/values';

export type Kind = 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'texts' | 'mapping' | 'hook' | 'any';

/** What a key may hold. Nothing (`null`) is always allowed and means: not said. */
export type KeySpec = {
  readonly kinds: readonly Kind[];
  readonly oneOf?: readonly string[];
  readonly min?: number;
  /** Exclusive. */
  readonly above?: number;
  readonly max?: number;
  /** Exclusive. */
  readonly below?: number;
};

export type Keys = Readonly<Record<string, KeySpec>>;

/** Problems of one text that are told; and those that say what may have been meant. */
const MOST_PROBLEMS = 1000;
const MOST_HINTS = 50;

/** Where problems of one text are collected; with `origins`, of a text whose top-level keys come from several files. */
export class ProblemSink {
  readonly problems: Problem[] = [];
  constructor(
    readonly source: ConfigSource,
    private readonly origins: ReadonlyMap<string, ConfigSource> = new Map(),
  ) {}

  /** A problem at a config path: at its value, or at its key (also where the value is left out). */
  at(path: string, code: MessageCode, args: MessageArgs, part: 'key' | 'value' = 'value', severity: Severity = 'error'): void {
    const source = this.origins.get(String(parsePath(path)?.[0] ?? '')) ?? this.source;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ file: source.file, range: placeOf(source, path, part), severity, code, args });
  }
}

/** Where a problem of a config path is shown; behind an alias, the nearest place that is written down. */
export function placeOf(source: ConfigSource, path: string, part: 'key' | 'value' = 'value'): TextRange {
  const place = source.rangeOf(path);
  if (path === '') {
    const start = place?.value.start ?? 0;
    return { start, end: start + firstLineEnd(source.text.slice(start)) };
  }
  if (place !== null) {
    if (part === 'key' && place.key !== null) return place.key;
    return place.value.end > place.value.start || place.key === null ? place.value : place.key;
  }
  const steps = parsePath(path) ?? [];
  return placeOf(source, steps.slice(0, -1).reduce<string>(joinPath, ''), part);
}

/**
 * The values of a mapping that are what its keys expect; what is not becomes a problem and is left out.
 * `others`: keys that are not listed are kept (options of a metric, a filter, a data loader).
 */
export function readMapping(value: PyValue, path: string, keys: Keys, sink: ProblemSink, others: 'refuse' | 'keep' = 'refuse'): Map<string, PyValue> {
  const read = new Map<string, PyValue>();
  if (!(value instanceof Map)) return read;
  for (const [rawKey, item] of value) {
    const key = keyText(rawKey);
    const at = joinPath(path, key);
    const spec = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (spec === undefined) {
      if (others === 'keep') read.set(key, item);
      else sink.at(at, 'unknown-key', { key, hint: sink.problems.length < MOST_HINTS ? hint(key, Object.keys(keys)) : '' }, 'key');
    } else if (accepts(item, at, key, spec, sink)) read.set(key, item);
  }
  return read;
}

/** Whether a value is what its key expects; reports what is not. */
export function accepts(value: PyValue, path: string, key: string, spec: KeySpec, sink: ProblemSink): boolean {
  if (value === null || value instanceof PythonHook) return true;
  if (!spec.kinds.some((kind) => isKind(value, kind))) {
    sink.at(path, 'wrong-type', { key, expected: spec.kinds.map((kind) => KIND_NAMES[kind]).join(' or '), actual: describeValue(value) });
    return false;
  }
  if (typeof value === 'string' && spec.oneOf !== undefined && !spec.oneOf.includes(value)) {
    sink.at(path, 'not-one-of', { key, values: spec.oneOf.join(', '), actual: value, hint: hint(value, spec.oneOf) });
    return false;
  }
  if ((typeof value === 'bigint' || typeof value === 'number') && !inRange(Number(value), spec)) {
    sink.at(path, 'out-of-range', { key, expected: describeRange(spec), actual: String(value) });
    return false;
  }
  return true;
}

function isKind(value: PyValue, kind: Kind): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'mapping':
      return value instanceof Map;
    case 'hook':
      return false;
  }
}

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  text: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  texts: 'a list of texts',
  mapping: 'a mapping (key: value)',
  hook: 'a Python function (!function)',
  any: 'anything',
};

/** A value as a message names it. */
export function describeValue(value: PyValue): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint' || typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a mapping';
  return 'something else';
}

function inRange(value: number, { min, above, max, below }: KeySpec): boolean {
  if (min === undefined && above === undefined && max === undefined && below === undefined) return true;
  return value >= (min ?? -Infinity) && value > (above ?? -Infinity) && value <= (max ?? Infinity) && value < (below ?? Infinity);
}

function describeRange({ min, above, max, below }: KeySpec): string {
  const low = min !== undefined ? `at least ${min}` : above !== undefined ? `above ${above}` : '';
  const high = max !== undefined ? `at most ${max}` : below !== undefined ? `below ${below}` : '';
  return [low, high].filter((part) => part !== '').join(' and ');
}
