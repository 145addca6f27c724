/** What goes through pandas' own JSON writer and reader in `datasets`: floats of ten decimals, and texts that are JSON. */
import { JsonSyntaxError, parseJson } from '../python/json';
import type { PyValue } from '../python/value';

/** Values as the writer leaves them. */
export function tenDecimals(value: PyValue): PyValue {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return value;
    return Number(Math.abs(value) < 1e16 ? value.toFixed(10) : value.toExponential(15));
  }
  if (Array.isArray(value)) return value.map(tenDecimals);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, tenDecimals(item)]));
  return value;
}

const NUMBER = /^(-?)(\d*)(?:(\.)(\d*))?(?:([eE])([-+]?)(\d*))?$/;
/** More digits make no number of 64 bits. */
const MOST_DIGITS = 1000;
const WORDS: ReadonlyMap<string, PyValue> = new Map<string, PyValue>([
  ['true', true], ['false', false], ['null', null], ['NaN', null], ['Infinity', Infinity], ['-Infinity', -Infinity],
]);

/** A value of a column of mixed kinds: text that is JSON is what it says, all other text stays. */
export function decoded(value: PyValue): PyValue {
  if (typeof value !== 'string') return value;
  const bare = trimmed(value);
  const word = WORDS.get(bare);
  if (word !== undefined) return word;
  if (/^[-\d]/.test(bare)) return numberOf(bare) ?? value;
  if (!/^["[{]/.test(bare)) return value;
  try {
    return withoutNan(parseJson(bare));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return value;
    throw error;
  }
}

/** Leading zeros are allowed, and digits may lack (pandas' ultrajsondec.c, decode_numeric); null: no number, or an integer that no 64 bits hold. */
function numberOf(text: string): PyValue {
  const match = text.length > MOST_DIGITS ? null : NUMBER.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', point, fraction = '', power, powerSign = '', exponent = ''] = match;
  if (point === undefined && power === undefined) {
    const value = BigInt(`0${whole}`) * (sign === '-' ? -1n : 1n);
    return value >= -(2n ** 63n) && value < 2n ** 64n ? value : null;
  }
  return Number(`${sign === '-' ? '-' : ''}${whole === '' ? '0' : whole}.${fraction === '' ? '0' : fraction}e${powerSign}${exponent === '' ? '0' : exponent}`);
}

/** Without JSON's white space at both ends. */
function trimmed(text: string): string {
  let [begin, end] = [0, text.length];
  while (begin < end && ' \t\r\n'.includes(text.charAt(begin))) begin++;
  while (begin < end && ' \t\r\n'.includes(text.charAt(end - 1))) end--;
  return text.slice(begin, end);
}

function withoutNan(value: PyValue): PyValue {
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  if (Array.isArray(value)) return value.map(withoutNan);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withoutNan(item)]));
  return value;
}
