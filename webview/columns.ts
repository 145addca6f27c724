/** Which columns of the table leave when it is narrow: metric, then n, then ±, before anything scrolls. */

/** 0: all are there; 1: no metric; 2: and no n; 3: and no ±. */
export type Dropped = 0 | 1 | 2 | 3;

/** Widths in pixels of 13 px text, gaps between columns included: what a column needs at the least. */
const NUMBER = 65;
const ASIDE = 47;

export function droppedColumns(width: number, checkpoints: number): Dropped {
  const compared = checkpoints > 1;
  const values = checkpoints * (NUMBER + ASIDE);
  if (width >= 110 + 140 + values + checkpoints * 20 + (compared ? 180 : 0) + 60) return 0;
  if (width >= 70 + values + checkpoints * 12 + (compared ? 142 : 0) + 52) return 1;
  if (width >= 64 + values + checkpoints * 8 + (compared ? 92 : 0)) return 2;
  return 3;
}
