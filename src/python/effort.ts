import { PyError } from './errors';

/**
 * What one evaluation, such as the rendering of a template, may do. CPython goes on until memory or patience ends; a template from
 * somebody else must not decide when that is. Whatever makes or walks a value of some size says so here before it does.
 * Evaluations are synchronous and one at a time, so there is one counter. Outside of an evaluation nothing is counted.
 */

/** Characters of the longest text one operation may make. */
export const MOST_TEXT = 1 << 27;
/** Bits of the largest integer. */
export const MOST_BITS = 1_000_000;
/** A unit is about a byte made or a nanosecond spent; all of them are some hundred megabytes and about a second. */
const MOST_UNITS = 1 << 28;

/** Prices that several places ask: with the machine's time and what the garbage collector has to do for it. */
export const PRICE = { expression: 32, turn: 160, item: 40, integer: 100, codePoint: 10 } as const;

let counting = false;
let left = 0;

/** Runs `body` with a counter of its own. One inside another shares the outer one's. */
export function withEffort<T>(body: () => T, units: number = MOST_UNITS): T {
  if (counting) return body();
  counting = true;
  left = units;
  try {
    return body();
  } finally {
    counting = false;
  }
}

/** Throws PyError MemoryError when the evaluation has done too much. */
export function spend(units: number): void {
  if (counting && (left -= units) < 0) exhausted();
}

function exhausted(): never {
  // Whatever cleans up behind the error gets no further either.
  left = 0;
  throw new PyError('MemoryError', `more than ${MOST_UNITS >> 20} million steps`);
}

/** Before a text of `length` characters is made. Throws PyError MemoryError. */
export function spendText(length: number): void {
  fitText(length);
  spend(length);
}

/** For a text that is put together without copying, such as `a + b`. Throws PyError MemoryError. */
export function fitText(length: number): void {
  if (length > MOST_TEXT) throw new PyError('MemoryError', `a text of more than ${MOST_TEXT >> 20} million characters`);
}

/** Before a list of `length` items is made. Throws PyError MemoryError. */
export function spendItems(length: number): void {
  // Also where nothing is counted: no list that large can be meant.
  if (length * PRICE.item > MOST_UNITS) throw new PyError('MemoryError', `a list of more than ${MOST_UNITS / PRICE.item >> 20} million items`);
  spend(length * PRICE.item);
}

/** Before an integer of `bits` is made, or worked with. Throws PyError MemoryError. */
export function spendBits(bits: number): void {
  if (bits > MOST_BITS) throw new PyError('MemoryError', `an integer of more than ${MOST_BITS} bits`);
  spend(bits);
}

/** All items of something that may go on for long. Throws PyError MemoryError. */
export function collect<T>(items: Iterable<T>): T[] {
  if (Array.isArray(items)) {
    spendItems(items.length);
    return (items as readonly T[]).slice();
  }
  const all: T[] = [];
  for (const item of items) {
    spend(PRICE.item);
    all.push(item);
  }
  return all;
}
