/** The axis that the differences of all rows share. */

export type MarkPlace = { readonly at: number; readonly low: number; readonly high: number };

/** Half the axis: at least five points, at most fifty. */
export function markScale(marks: readonly MarkPlace[]): number {
  const widest = Math.max(0, ...marks.map((mark) => Math.max(Math.abs(mark.low), Math.abs(mark.high))));
  return Math.min(0.5, Math.max(0.05, Math.ceil(widest * 20 + 0.2) / 20));
}
