/** What the running chart draws, from the state: one series a checkpoint, and the ranges of both axes. */
import type { PlannedMetric } from '../src/protocol/events';
import { type Range, niceRange, niceStep } from './axis';
import { type PanelState, type SeriesPoint, type TaskState, seriesKey } from './state';

export type ChartSeries = { readonly label: string; readonly colour: number; readonly points: readonly SeriesPoint[] };

export function chartSeries(state: PanelState, task: TaskState, metric: PlannedMetric): readonly ChartSeries[] {
  return state.checkpoints.map((one, colour) => ({ label: one.label, colour, points: state.series.get(seriesKey(task.task, metric.metric, one.name)) ?? [] }));
}

/** Tokens the whole task will have, judged from what is read; null until something is. Of a first document that is still read, only that there are more. */
export function tokenRange(series: readonly ChartSeries[], task: TaskState): Range | null {
  let most = 0;
  let judged = false;
  for (const { points } of series) {
    const last = points.at(-1);
    if (last === undefined) continue;
    // What is read of one more document says nothing of the others' length.
    const whole = points.find(({ n }) => n === last.n) ?? last;
    const all = task.documents > 0 && last.n > 0 ? (whole.tokens * Math.max(task.documents, last.n)) / last.n : last.tokens;
    judged ||= last.n > 0;
    most = Math.max(most, last.tokens, all);
  }
  if (most === 0) return null;
  if (!judged) return [0, niceStep(most * 1.01)];
  const step = niceStep(most / 8);
  return [0, Math.ceil((most * 1.01) / step) * step];
}

/** The values after a short beginning, and the band where it has settled; the funnel before may leave the picture. */
export function valueRange(series: readonly ChartSeries[]): Range | null {
  let low = Infinity;
  let high = -Infinity;
  const take = (value: number) => {
    if (!Number.isFinite(value)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { points } of series) {
    const last = points.at(-1);
    if (last === undefined) continue;
    for (const point of points) {
      if (point.tokens >= last.tokens * 0.04) take(point.value);
      if (point.tokens >= last.tokens * 0.4) for (const end of point.interval ?? []) take(end);
    }
  }
  return low > high ? null : niceRange(low, high);
}
