/** Ranges of axes that start where the data is and then stay. */

export type Range = readonly [low: number, high: number];

/** The smallest of 1, 2, 2.5, 5 x 10^k that is at least `size`. */
export function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  for (const factor of [1, 2, 2.5, 5, 10]) if (factor * power >= size * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/** A range of whole steps around the data, with about `ticks` steps. */
export function niceRange(low: number, high: number, ticks = 4): Range {
  const span = high - low > 0 ? high - low : Math.max(Math.abs(high) * 0.1, 1e-6);
  const middle = (low + high) / 2;
  const step = niceStep(span / ticks);
  return [Math.floor((middle - span / 2) / step) * step, Math.ceil((middle + span / 2) / step) * step];
}

/** Decimals that tell the ticks of this step apart and are true: two for 0.25. */
export function tickDecimals(step: number): number {
  for (let decimals = 0; decimals < 6; decimals++) {
    const scaled = Math.abs(step) * 10 ** decimals;
    if (scaled > 0.5 && Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals;
  }
  return 6;
}

/** A tick's value; from ten thousand on in thousands, millions, billions. */
export function tickText(value: number, step: number): string {
  const [unit, symbol] = Math.abs(value) >= 1e9 ? [1e9, 'G'] : Math.abs(value) >= 1e6 ? [1e6, 'M'] : Math.abs(value) >= 1e4 ? [1e3, 'k'] : [1, ''];
  const text = (value / unit).toFixed(Math.min(2, tickDecimals(step / unit)));
  return symbol === '' ? value.toFixed(tickDecimals(step)) : `${text}\u00a0${symbol}`;
}

/** Keeps the range that is shown as long as the new one fits inside and fills a fair part of it. */
export function steady(shown: Range | null, next: Range): Range {
  if (shown === null) return next;
  const fits = next[0] >= shown[0] && next[1] <= shown[1];
  const fills = next[1] - next[0] > 0.4 * (shown[1] - shown[0]);
  return fits && fills ? shown : next;
}

/** Positions of labels, at least `gap` apart and inside the range, in the order given. */
export function spread(places: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let last = low - gap;
  for (const one of order) {
    one.place = Math.max(one.place, last + gap);
    last = one.place;
  }
  let next = high + gap;
  for (const one of order.reverse()) {
    one.place = Math.min(one.place, next - gap);
    next = one.place;
  }
  const result = [...places];
  for (const one of order) result[one.index] = one.place;
  return result;
}
