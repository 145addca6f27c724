/** What a cell says, and what it adds on hover: full precision, interval, method, n. */
import type { PlannedMetric } from '../src/protocol/events';
import type { Difference } from './difference';
import { exact, formatCount, formatDifference, formatHalfWidth, formatP, formatValue, significant } from './format';
import { intervalLines, intervalText, readText } from './interval-text';
import { type PanelState, type TaskState, cellKey, labelOf } from './state';
import { countOf, t } from './strings';

/** `title`: a line each. */
export type CellText = { readonly value: string; readonly aside: string; readonly title: readonly string[]; readonly tone: 'value' | 'live' | 'waiting' | 'failed' };

export function cellText(state: PanelState, task: TaskState, metric: PlannedMetric | null, checkpoint: string): CellText {
  const cell = metric === null ? undefined : task.cells.get(cellKey(metric.metric, checkpoint));
  const error = task.errors.get(checkpoint);
  // A task that failed has no result, even where some documents had been answered.
  if (error !== undefined && cell?.final !== true) return { value: t('failed'), aside: '', title: [error], tone: 'failed' };
  if (cell === undefined || metric === null) {
    const progress = task.progress.get(checkpoint);
    const aside = progress === undefined || progress.done === 0 ? '' : t('{0} of {1}', formatCount(progress.done), formatCount(progress.total));
    return { value: aside === '' ? '·' : '…', aside, title: [t('waiting')], tone: 'waiting' };
  }
  const lines = [exact(cell.value)];
  lines.push(...intervalLines(state.confidence, metric, cell));
  if (cell.interval !== null || !cell.final || cell.n !== 1) lines.push(readText(cell.n, cell.tokens));
  const half = formatHalfWidth(metric.form, cell.interval);
  return { value: formatValue(metric.form, cell.value), aside: half === '' ? '' : `±${half}`, title: lines, tone: cell.final ? 'value' : 'live' };
}

/** Why a task has no results, below its row: once where all checkpoints say the same. */
export function failureTexts(state: PanelState, task: TaskState): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const { name, label } of state.checkpoints) {
    const error = task.errors.get(name);
    if (error === undefined) continue;
    const done = task.progress.get(name)?.done ?? 0;
    const counted = countOf('{0} document', '{0} documents', done, formatCount(done));
    const text = error === '' ? t('could not be run') : done > 0 ? t('stopped after {0}: {1}', counted, error) : t('could not run: {0}', error);
    byText.set(text, [...(byText.get(text) ?? []), label]);
  }
  const everywhere = [...byText.values()].some((labels) => labels.length === state.checkpoints.length);
  return [...byText].map(([text, labels]) => (everywhere ? text : t('{0}: {1}', labels.reduce((left, right) => t('{0}, {1}', left, right)), text)));
}

/** The n that a row's values rest on; what is planned while there are none. */
export function rowCount(task: TaskState, metric: PlannedMetric, checkpoints: readonly string[]): number {
  const counts = checkpoints.flatMap((name) => task.cells.get(cellKey(metric.metric, name))?.n ?? []);
  const fewest = Math.min(...counts);
  return counts.length === 0 || fewest === 0 ? task.documents : fewest;
}

export type DifferenceText = { readonly value: string; readonly title: readonly string[] };

export function differenceText(state: PanelState, one: Difference): DifferenceText {
  const { baseline, other, p_value: p, n, unpaired = 0 } = one.comparison;
  const value = formatDifference(one.metric.form, one.size);
  const lines = [t('{0} minus {1}: {2}', labelOf(state, other), labelOf(state, baseline), exact(one.size))];
  lines.push(...differenceInterval(state, one));
  if (p !== null) lines.push(formatP(p));
  if (n !== 1) lines.push(countOf('{0} document', '{0} documents', n, formatCount(n)));
  if (unpaired > 0) lines.push(t('{0} unpaired', formatCount(unpaired)));
  if (one.tie) lines.push(t('tie'));
  else if (one.interval !== null) lines.push(t(one.verdict === 'better' ? 'better' : one.verdict === 'worse' ? 'worse' : one.clear ? 'clear difference' : 'no clear difference'));
  if (one.mark !== null) lines.push(t('One point of a proportion and one percent of a perplexity have the same length.'));
  return { value, title: lines };
}

/** Of a difference in the metric's unit; for a perplexity, of the ratio. */
function differenceInterval(state: PanelState, { comparison, interval, mark, metric }: Difference): readonly string[] {
  if (interval === null || mark === null) return [t(comparison.n === 1 ? 'one document: no interval' : 'no interval')];
  if (metric.form !== 'perplexity') return [intervalText(state.confidence, metric, interval, 'difference')];
  const ratio = (logarithm: number) => Math.exp(logarithm);
  return [t('ratio of the perplexities {0}', significant(ratio(mark.at), 4)), intervalText(state.confidence, metric, [ratio(interval[0]), ratio(interval[1])])];
}
