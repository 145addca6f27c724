/** Where a dot's name goes: right above it, unless another dot or name is there already. */

export type DotPlace = { readonly x: number; readonly y: number; readonly width: number };
export type LabelPlace = { readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' };

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

const HEIGHT = 12;
const AWAY = 9;
/** Up and down from the dot, nearest first. */
const RISES = [-8, 17, -22, 31, -36, 45];

/** Places in the order of the dots, inside `width` and `height`; null where a name would lie on another. */
export function labelPlaces(dots: readonly DotPlace[], width: number, height = Infinity): readonly (LabelPlace | null)[] {
  const taken: Box[] = dots.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  return dots.map((dot) => {
    const corners = (['start', 'end'] as const).flatMap((anchor) => RISES.map((dy, far) => ({ x: dot.x + (anchor === 'start' ? AWAY : -AWAY), y: dot.y + dy, anchor, far })));
    corners.sort((a, b) => Math.floor(a.far / 2) - Math.floor(b.far / 2));
    const place = corners.find((corner) => {
      const box = boxOf(corner, dot.width);
      return box.left >= 0 && box.right <= width && box.top >= -2 && box.bottom <= height && !taken.some((other) => overlap(box, other));
    });
    if (place === undefined) return null;
    taken.push(boxOf(place, dot.width));
    return { x: place.x, y: place.y, anchor: place.anchor };
  });
}

function boxOf(place: LabelPlace, width: number): Box {
  const left = place.anchor === 'start' ? place.x : place.x - width;
  return { left, right: left + width, top: place.y - HEIGHT, bottom: place.y + 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
