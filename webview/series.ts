/** A running value over a long run: so many points as a picture can use. */
import type { SeriesPoint } from './state';

/** A series longer than this loses every second point: its shape stays. */
const MOST_POINTS = 800;

export function thinned(points: SeriesPoint[]): SeriesPoint[] {
  return points.length > MOST_POINTS ? points.filter((_, index) => index % 2 === 0 || index === points.length - 1) : points;
}
