import { joinPath } from '../config/config-path';
import { scalarOffset } from '../config/scalar-offset';
import { placeOf } from '../config/schema';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Problem, Severity, TextRange } from '../protocol/problem';
import type { KeyPlace, KeyPlaces } from './resolve-names';

/** Collects problems of a task at the places its keys are written; what is written nowhere belongs to `fallback`. */
export class TaskSink {
  readonly problems: Problem[] = [];

  constructor(
    private readonly places: KeyPlaces,
    private readonly fallback: KeyPlace,
  ) {}

  /** `inner`: steps below the key. */
  at(key: string, inner: readonly (string | number)[], code: MessageCode, args: MessageArgs, severity: Severity = 'error'): void {
    const place = this.place(key, inner);
    this.add(place, placeOf(place.source, place.path), code, args, severity);
  }

  /** Inside the text of a key: `length` characters from `index` of its value; the whole value where lines are folded. */
  inside(key: string, inner: readonly (string | number)[], index: number, length: number, code: MessageCode, args: MessageArgs): void {
    const place = this.place(key, inner);
    const { start, end } = placeOf(place.source, place.path);
    const written = place.source.rangeOf(place.path) !== null;
    const from = written ? scalarOffset(place.source.text, start, end, index) : null;
    const range = from === null || from >= end ? { start, end } : { start: from, end: Math.min(end, from + Math.max(1, length)) };
    this.add(place, range, code, args, 'error');
  }

  private place(key: string, inner: readonly (string | number)[]): KeyPlace {
    const place = this.places.get(key);
    if (place === undefined) return this.fallback;
    return { source: place.source, path: inner.reduce<string>(joinPath, place.path) };
  }

  private add({ source }: KeyPlace, range: TextRange, code: MessageCode, args: MessageArgs, severity: Severity): void {
    this.problems.push({ file: source.file, range, severity, code, args });
  }
}
