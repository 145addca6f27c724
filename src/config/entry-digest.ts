import { createHash } from 'node:crypto';
import type { PyValue } from '../python/value';
import type { EvalConfig, TaskEntry } from './definition';

/** What the whole config says for entries that do not say it themselves, and what every prompt depends on. */
export type EntrySurroundings = Pick<EvalConfig, 'num_fewshot' | 'limit' | 'seed' | 'applyChatTemplate' | 'systemInstruction' | 'genKwargs' | 'compat' | 'precision'>;

/**
 * Names what an entry of `tasks:` asks: the same wherever it stands in its list and whatever is expected of it, another one when task,
 * file, options or (with `config`) what the config says for it change. 16 hex digits.
 */
export function entryDigest({ source, overrides, limit, num_fewshot }: TaskEntry, config: EntrySurroundings | null = null): string {
  const own = [Object.entries(source).sort(byKey), [...overrides].map(([key, value]) => [key, plain(value)] as const).sort(byKey)];
  const around = config === null ? null : [config.seed, config.applyChatTemplate, config.systemInstruction, Object.entries(config.genKwargs).map(([key, value]) => [key, plain(value)]), config.compat, config.precision];
  const asked = [own, limit ?? config?.limit ?? null, num_fewshot ?? config?.num_fewshot ?? null, around];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16);
}

/** A value as JSON can tell it apart: `1`, `1.0` and `"1"` differ. The order of a mapping's keys counts (choices). */
function plain(value: PyValue): unknown {
  if (value instanceof Map) return { mapping: [...value].map(([key, item]) => [plain(key), plain(item)]) };
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return [typeof value, String(value)];
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
