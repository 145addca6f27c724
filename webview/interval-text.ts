/** What an interval is, on hover: its ends, whether it may be looked at while it runs, its method. */
import type { Interval, PlannedMetric } from '../src/protocol/events';
import { formatCount, formatEnd } from './format';
import type { Key } from './l10n-keys';
import { countOf, t } from './strings';

const methods: ReadonlyMap<string, Key> = new Map(
  Object.entries({
    wilson: 'Wilson score',
    t: 'Student’s t',
    't-log': 'Student’s t of the logarithm',
    ratio: 'ratio of sums',
    'beta-mixture': 'beta mixture',
    't-mixture': 't mixture',
    bca: 'BCa bootstrap',
    delta: 'delta method',
  } satisfies Record<string, Key>),
);

type Estimate = { readonly interval: Interval; readonly n: number; readonly final: boolean; readonly method: string | null; readonly approximate: boolean };

export function intervalLines(confidence: number | null, metric: PlannedMetric, one: Estimate): readonly string[] {
  if (one.interval === null) return one.final ? [t(one.n === 1 ? 'one document: no interval' : 'no interval')] : [t('no interval yet')];
  const lines = [intervalText(confidence, metric, one.interval), t(one.final ? 'final interval' : 'live interval: holds however often it is looked at')];
  if (one.method !== null) lines.push(t('method: {0}', one.approximate ? t('{0}, {1}', methodName(one.method), t('approximate')) : methodName(one.method)));
  return lines;
}

function methodName(method: string): string {
  const key = methods.get(method);
  return key === undefined ? method : t(key);
}

/** How much was answered: documents, and while the first is still being read its tokens. */
export function readText(n: number, tokens: number): string {
  return n === 0 && tokens > 0 ? t('{0} tokens of the first document', formatCount(tokens)) : countOf('{0} document', '{0} documents', n, formatCount(n));
}

/** `of`: differences of proportions are in points, proportions in percent. */
export function intervalText(confidence: number | null, metric: PlannedMetric, interval: readonly [number, number], of: 'value' | 'difference' = 'value'): string {
  const [low, end] = [formatEnd(metric.form, interval[0]), formatEnd(metric.form, interval[1])];
  const high = metric.form !== 'proportion' ? end : of === 'value' ? `${end}\u00a0%` : t('{0} points', end);
  if (confidence === null) return t('interval {0} to {1}', low, high);
  return t('{0} % interval {1} to {2}', Number((confidence * 100).toPrecision(4)), low, high);
}
