/** The interval of a difference as a small mark on the zero line that all rows share. */
import { setAttributes, svg } from './dom';

export type MarkPlace = { readonly at: number; readonly low: number; readonly high: number };

/** Half the axis: at least five points, at most fifty. */
export function markScale(marks: readonly MarkPlace[]): number {
  const widest = Math.max(0, ...marks.map((mark) => Math.max(Math.abs(mark.low), Math.abs(mark.high))));
  return Math.min(0.5, Math.max(0.05, Math.ceil(widest * 20 + 0.2) / 20));
}

export class Mark {
  readonly root = svg('svg', { class: 'mark', width: '100%', height: 14, 'aria-hidden': 'true' });
  private readonly line = svg('line', { class: 'mark-line', y1: 7, y2: 7 });
  private readonly dot = svg('circle', { class: 'mark-dot', cy: 7, r: 3 });

  constructor() {
    this.root.append(svg('line', { class: 'mark-zero', x1: '50%', x2: '50%', y1: 0, y2: 14 }), this.line, this.dot);
  }

  update(place: MarkPlace | null, scale: number): void {
    this.line.style.display = place === null ? 'none' : '';
    this.dot.style.display = place === null ? 'none' : '';
    if (place === null) return;
    const x = (value: number) => `${(50 + 46 * Math.max(-1, Math.min(1, value / scale))).toFixed(2)}%`;
    setAttributes(this.line, { x1: x(place.low), x2: x(place.high) });
    setAttributes(this.dot, { cx: x(place.at) });
  }
}
