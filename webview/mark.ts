/** The interval of a difference as a small mark on the zero line that all rows share. */
import { setAttributes, svg } from './dom';
import type { MarkPlace } from './mark-scale';

export class Mark {
  readonly root = svg('svg', { class: 'mark', width: '100%', height: 14, 'aria-hidden': 'true' });
  private readonly line = svg('line', { class: 'mark-line', y1: 7, y2: 7 });
  private readonly dot = svg('circle', { class: 'mark-dot', cy: 7, r: 3 });

  constructor() {
    this.root.append(svg('line', { class: 'mark-zero', x1: '50%', x2: '50%', y1: 0, y2: 14 }), this.line, this.dot);
  }

  update(place: MarkPlace | null, scale: number): void {
    this.line.classList.toggle('absent', place === null);
    this.dot.classList.toggle('absent', place === null);
    if (place === null) return;
    const x = (value: number) => `${(50 + 46 * Math.max(-1, Math.min(1, value / scale))).toFixed(2)}%`;
    setAttributes(this.line, { x1: x(place.low), x2: x(place.high) });
    setAttributes(this.dot, { cx: x(place.at) });
  }
}
