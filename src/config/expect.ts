import type { PyValue } from '../python/value';
import { joinPath } from './config-path';
import type { Bound, ExpectEntry } from './definition';
import { describeValue, type ProblemSink } from './schema';
import { keyText } from './yaml/values';

const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const COMPARISON = new RegExp(String.raw`^\s*(>=|>|<=|<|==)\s*(${NUMBER})\s*$`);
const BARE_NUMBER = new RegExp(`^${NUMBER}$`);

/** `">= x"`, `"> x"`, `"<= x"`, `"< x"`, `"== x"` or `[low, high]`; null for anything else. */
export function parseBound(value: PyValue): Bound | null {
  if (Array.isArray(value)) {
    const [low, high] = value.map(boundNumber);
    if (value.length !== 2 || low === undefined || high === undefined || low === null || high === null || low > high) return null;
    return { op: 'in', low, high, text: `[${value.map(String).join(', ')}]` };
  }
  const match = typeof value === 'string' ? COMPARISON.exec(value) : null;
  if (match === null) return null;
  const op = match[1] as Exclude<Bound['op'], 'in'>;
  const x = Number(match[2]);
  const below = op === '<' || op === '<=';
  const above = op === '>' || op === '>=';
  return { op, low: below ? -Infinity : x, high: above ? Infinity : x, text: `${op} ${match[2] ?? ''}` };
}

/** `1e-3` is text to YAML 1.1, and still a number to whoever wrote it. */
function boundNumber(value: PyValue): number | null {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && BARE_NUMBER.test(value) ? Number(value) : null;
}

/** Whether a value is within a bound; NaN never is. */
export function meets(bound: Bound, value: number): boolean {
  switch (bound.op) {
    case '>':
      return value > bound.low;
    case '<':
      return value < bound.high;
    case '>=':
    case '<=':
    case '==':
    case 'in':
      return value >= bound.low && value <= bound.high;
  }
}

/** The bound for one checkpoint; null where the entry does not speak of it. */
export function boundFor(entry: ExpectEntry, checkpoint: string): Bound | null {
  if ('all' in entry.bounds) return entry.bounds.all;
  return Object.hasOwn(entry.bounds.byCheckpoint, checkpoint) ? (entry.bounds.byCheckpoint[checkpoint] ?? null) : null;
}

/** Reads an `expect:` mapping: `metric` or `metric,filter` -> a bound, or a mapping of bounds by checkpoint name. */
export function readExpect(value: PyValue, path: string, sink: ProblemSink): ExpectEntry[] {
  if (!(value instanceof Map)) return [];
  const entries: ExpectEntry[] = [];
  for (const [rawKey, item] of value) {
    const metric = keyText(rawKey).replace(/\s*,\s*/, ',');
    const configPath = joinPath(path, keyText(rawKey));
    const bounds = item instanceof Map ? readByCheckpoint(item, configPath, sink) : readOne(item, metric, configPath, sink);
    if (bounds !== null) entries.push({ metric, configPath, bounds });
  }
  return entries;
}

function readOne(value: PyValue, key: string, path: string, sink: ProblemSink): { all: Bound } | null {
  const bound = boundOrProblem(value, key, path, sink);
  return bound === null ? null : { all: bound };
}

function readByCheckpoint(value: ReadonlyMap<PyValue, PyValue>, path: string, sink: ProblemSink): { byCheckpoint: Record<string, Bound> } {
  const byCheckpoint = new Map<string, Bound>();
  for (const [rawName, item] of value) {
    const name = keyText(rawName);
    const bound = boundOrProblem(item, name, joinPath(path, name), sink);
    if (bound !== null) byCheckpoint.set(name, bound);
  }
  return { byCheckpoint: Object.fromEntries(byCheckpoint) };
}

function boundOrProblem(value: PyValue, key: string, path: string, sink: ProblemSink): Bound | null {
  const bound = parseBound(value);
  if (bound === null) sink.at(path, 'bad-bound', { key, actual: describeValue(value) });
  return bound;
}
