/** What a cell says, and what it adds on hover: full precision, interval, method, n. */
import type { PlannedMetric } from '../src/protocol/events';
import type { Difference } from './difference';
import { exact, formatCount, formatDifference, formatEnd, formatHalfWidth, formatP, formatValue } from './format';
import { type PanelState, type TaskState, cellKey } from './state';
import { countOf, t } from './strings';

export type CellText = { readonly value: string; readonly aside: string; readonly title: string; readonly tone: 'value' | 'live' | 'waiting' | 'failed' };

export function cellText(state: PanelState, task: TaskState, metric: PlannedMetric, checkpoint: string): CellText {
  const cell = task.cells.get(cellKey(metric.metric, checkpoint));
  const error = task.errors.get(checkpoint);
  // A task that failed has no result, even where some documents had been answered.
  if (error !== undefined && cell?.final !== true) return { value: t('failed'), aside: '', title: error, tone: 'failed' };
  if (cell === undefined) {
    const progress = task.progress.get(checkpoint);
    const aside = progress === undefined || progress.done === 0 ? '' : t('{0} of {1}', formatCount(progress.done), formatCount(progress.total));
    return { value: aside === '' ? '·' : '…', aside, title: t('waiting'), tone: 'waiting' };
  }
  const lines = [exact(cell.value)];
  if (cell.interval === null) lines.push(t('no interval yet'));
  else lines.push(intervalText(state, metric, cell.interval));
  if (!cell.final) lines.push(t('live: valid at every look'));
  if (cell.method !== null) lines.push(t('method: {0}', cell.approximate ? `${cell.method}, ${t('approximate')}` : cell.method));
  lines.push(countOf('{0} document', '{0} documents', cell.n, formatCount(cell.n)));
  const half = formatHalfWidth(metric.form, cell.interval);
  return { value: formatValue(metric.form, cell.value), aside: half === '' ? '' : `±${half}`, title: lines.join('\n'), tone: cell.final ? 'value' : 'live' };
}

/** The n that a row's values rest on; what is planned while there are none. */
export function rowCount(task: TaskState, metric: PlannedMetric, checkpoints: readonly string[]): number {
  const counts = checkpoints.flatMap((name) => task.cells.get(cellKey(metric.metric, name))?.n ?? []);
  return counts.length === 0 ? task.documents : Math.min(...counts);
}

export type DifferenceText = { readonly value: string; readonly title: string };

export function differenceText(state: PanelState, one: Difference): DifferenceText {
  const { baseline, other, p_value: p, n } = one.comparison;
  const value = formatDifference(one.metric.form, one.size);
  const lines = [t('{0} minus {1}: {2}', other, baseline, exact(one.size))];
  if (one.interval !== null) lines.push(intervalText(state, { ...one.metric, form: one.metric.form === 'perplexity' ? 'proportion' : one.metric.form }, one.interval));
  if (p !== null) lines.push(formatP(p));
  lines.push(countOf('{0} document', '{0} documents', n, formatCount(n)));
  lines.push(t(one.verdict === 'better' ? 'better' : one.verdict === 'worse' ? 'worse' : 'no clear difference'));
  lines.push(t('One point of a proportion and one percent of a perplexity have the same length.'));
  return { value, title: lines.join('\n') };
}

function intervalText(state: PanelState, metric: PlannedMetric, interval: readonly [number, number]): string {
  const [low, high] = [formatEnd(metric.form, interval[0]), formatEnd(metric.form, interval[1])];
  if (state.confidence === null) return t('interval {0} to {1}', low, high);
  return t('{0} % interval {1} to {2}', Number((state.confidence * 100).toPrecision(4)), low, high);
}
