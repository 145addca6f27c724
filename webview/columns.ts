/** Which columns of the table leave when it is narrow: metric, then n, then ±, before it is stacked; nothing ever scrolls sideways. */

/** 0: all are there; 1: no metric; 2: and no n; 3: and no ±; 4: a line for each checkpoint below the task's name. */
export type Dropped = 0 | 1 | 2 | 3 | 4;

/** Widths in pixels of 13 px text, gaps between columns included: what a column needs at the least. */
const NUMBER = 65;
const ASIDE = 47;
const CHARACTER = 7.3;
/** A digit of a wide font, the unit `ch` of the stylesheet. */
const WIDE = 8.3;

/** `name`: characters of the longest name of a checkpoint, as far as it is written in one line. */
/** Characters of a name in one line where there is no ±: as many as the columns can be wide. */
export function nameWidth(width: number, checkpoints: number): number {
  return Math.max(8, Math.min(16, Math.floor(((width - 160) / checkpoints - 8) / WIDE)));
}

export function droppedColumns(width: number, checkpoints: number, name = 7): Dropped {
  const compared = checkpoints > 1;
  const written = (most: number) => Math.min(most, name) * CHARACTER;
  const values = checkpoints * Math.max(NUMBER + ASIDE, written(16));
  if (width >= 110 + 140 + values + checkpoints * 20 + (compared ? 180 : 0) + 60) return 0;
  if (width >= 70 + values + checkpoints * 12 + (compared ? 142 : 0) + 52) return 1;
  if (width >= 64 + checkpoints * Math.max(NUMBER + ASIDE, written(9)) + checkpoints * 8 + (compared ? 92 : 0)) return 2;
  if (width >= 54 + checkpoints * (Math.max(46, written(8)) + 6) + (compared ? 90 : 0)) return 3;
  return 4;
}
