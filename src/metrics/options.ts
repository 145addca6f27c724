/** Keys of a `metric_list` entry beside the metric's own name: what the harness gives its function as keyword arguments. */
import { PyError } from '../python/errors';
import { repr } from '../python/print';
import type { PyValue } from '../python/value';

export type MetricOptions = { readonly metric: string; readonly given: Readonly<Record<string, PyValue>> };

/** Throws PyError TypeError for a key that the metric does not have, as the harness's call would. */
export function options(metric: string, given: Readonly<Record<string, PyValue>>, known: readonly string[]): MetricOptions {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new PyError('TypeError', `${metric} has no option "${unknown}". Available: ${known.join(', ')}`);
  return { metric, given };
}

/** false where it is not given. */
export function flag({ metric, given }: MetricOptions, key: string): boolean {
  const value = given[key] ?? false;
  if (typeof value !== 'boolean') throw new PyError('TypeError', `option "${key}" of ${metric} is true or false, not ${repr(value)}`);
  return value;
}

/** A list of texts; empty where it is not given. */
export function texts({ metric, given }: MetricOptions, key: string): readonly string[] {
  const value = given[key] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw new PyError('TypeError', `option "${key}" of ${metric} is a list of texts, not ${repr(value)}`);
  return value;
}

/** One of some texts; `absent` where it is not given. */
export function choice<T extends string>({ metric, given }: MetricOptions, key: string, choices: readonly T[], absent: T): T {
  const value = given[key] ?? absent;
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new PyError('ValueError', `option "${key}" of ${metric} is one of ${choices.join(', ')}, not ${repr(value)}`);
  return found;
}
