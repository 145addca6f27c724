import type { PlannedMetric } from '../../protocol/events';

/** A metric's value where there is room for a word: `67.2 %`, `4.023`. */
export function scoreText(form: PlannedMetric['form'], value: number): string {
  return form === 'proportion' ? `${(value * 100).toFixed(1)} %` : String(Number(value.toPrecision(4)));
}
