/** Heights of the pictures: in a narrow page both, the sentence and the table are seen at once. */

/** Below this many pixels the page is a sidebar. */
export const NARROW = 420;

/** Pixels, for a width in pixels. */
export function plotHeight(width: number): number {
  return width < NARROW ? 136 : 190;
}
