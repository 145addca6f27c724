import { spend } from './effort';

/** From here on the engine's own search may take the product of both lengths. */
const LONG = 64;

/** `text.indexOf(wanted, from)` in time that grows with the sum of the lengths, not with their product. */
export function findText(text: string, wanted: string, from: number): number {
  if (wanted.length <= LONG) {
    const at = text.indexOf(wanted, from);
    spend(((at < 0 ? text.length : at) - from) >> 1);
    return at;
  }
  return findLong(text, wanted, from, 1);
}

/** `text.lastIndexOf(wanted)`, likewise. */
export function findTextRight(text: string, wanted: string): number {
  if (wanted.length <= LONG) {
    spend(text.length);
    return text.lastIndexOf(wanted);
  }
  const at = findLong(text, wanted, 0, -1);
  return at < 0 ? at : text.length - at - wanted.length;
}

/** `text.split(separator)`, likewise; the separator is not empty. */
export function splitText(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let at = findText(text, separator, 0); at >= 0; at = findText(text, separator, start)) {
    spend(32);
    pieces.push(text.slice(start, at));
    start = at + separator.length;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** Knuth, Morris and Pratt; `direction` -1 reads both texts from their ends, and the result counts from there. */
function findLong(text: string, wanted: string, from: number, direction: 1 | -1): number {
  spend(wanted.length * 4);
  const unit = (source: string, at: number): number => source.charCodeAt(direction === 1 ? at : source.length - 1 - at);
  const borders = bordersOf(wanted, unit);
  let matched = 0;
  for (let at = from; at < text.length; at++) {
    const code = unit(text, at);
    while (matched > 0 && unit(wanted, matched) !== code) matched = borders[matched - 1] ?? 0;
    if (unit(wanted, matched) === code) matched++;
    if (matched < wanted.length) continue;
    spend((at - from) * 4);
    return at - matched + 1;
  }
  spend((text.length - from) * 4);
  return -1;
}

/** For each beginning of `wanted`, how long its longest border is: a beginning of it that is also its end. */
function bordersOf(wanted: string, unit: (source: string, at: number) => number): Int32Array {
  const borders = new Int32Array(wanted.length);
  for (let at = 1, length = 0; at < wanted.length; at++) {
    while (length > 0 && unit(wanted, at) !== unit(wanted, length)) length = borders[length - 1] ?? 0;
    if (unit(wanted, at) === unit(wanted, length)) length++;
    borders[at] = length;
  }
  return borders;
}
