/** Where a dot's name goes: right above it, unless another dot or name is there already. */

export type DotPlace = { readonly x: number; readonly y: number; readonly width: number };
export type LabelPlace = { readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' };

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

const HEIGHT = 12;
const AWAY = 9;

/** Places in the order of the dots, inside `width`; of four corners the first that is free, else the first. */
export function labelPlaces(dots: readonly DotPlace[], width: number): readonly LabelPlace[] {
  const taken: Box[] = dots.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
  return dots.map((dot) => {
    const corners = [
      { dx: AWAY, dy: -8, anchor: 'start' as const },
      { dx: AWAY, dy: 17, anchor: 'start' as const },
      { dx: -AWAY, dy: -8, anchor: 'end' as const },
      { dx: -AWAY, dy: 17, anchor: 'end' as const },
    ].map(({ dx, dy, anchor }) => ({ x: dot.x + dx, y: dot.y + dy, anchor }));
    const free = corners.find((place) => {
      const box = boxOf(place, dot.width);
      return box.left >= 0 && box.right <= width && !taken.some((other) => overlap(box, other));
    });
    const place = free ?? corners[0] ?? { x: dot.x, y: dot.y, anchor: 'start' as const };
    taken.push(boxOf(place, dot.width));
    return place;
  });
}

function boxOf(place: LabelPlace, width: number): Box {
  const left = place.anchor === 'start' ? place.x : place.x - width;
  return { left, right: left + width, top: place.y - HEIGHT, bottom: place.y + 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
