import { spend } from './effort';

/** Exact decimal digits of doubles, rounded half to even as CPython's `format` and `round` do. */

type Exact = { readonly numerator: bigint; readonly denominator: bigint };

/** A finite double as the fraction it is. */
function exact(value: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const field = Number(bits >> 52n) & 0x7ff;
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (field === 0 ? 1 : field) - 1075;
  return exponent >= 0 ? { numerator: mantissa << BigInt(exponent), denominator: 1n } : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}

/** |value| * 10^places, rounded: `places` may be negative. */
function scaled(value: number, places: number): bigint {
  // Below half a unit of the last place, however far that is.
  if (places < -310) return 0n;
  spend(Math.abs(places) * 64);
  const { numerator, denominator } = exact(value);
  return places >= 0
    ? divideHalfEven(numerator * 10n ** BigInt(places), denominator)
    : divideHalfEven(numerator, denominator * 10n ** BigInt(-places));
}

/** Digits of |value| with `places` digits after the point (`%.{places}f` without the sign). */
export function fixedDigits(value: number, places: number): string {
  const digits = scaled(value, places).toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** |value| in `count` significant digits: the digits, and the power of ten of the first. */
export function significantDigits(value: number, count: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: '0'.repeat(count), exponent: 0 };
  let exponent = Number(Math.abs(value).toExponential().split('e')[1]);
  let digits = scaled(value, count - 1 - exponent).toString();
  if (digits.length > count) {
    exponent++;
    digits = scaled(value, count - 1 - exponent).toString();
  }
  return { digits, exponent };
}

/** `round(value, places)` of a finite double. */
export function roundFloat(value: number, places: number): number {
  if (places > 323) return value;
  const magnitude = scaled(value, places).toString();
  const rounded = Number(`${magnitude}e${-places}`);
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** `round(value, -places)` of an integer. */
export function roundInteger(value: bigint, places: number): bigint {
  if (places >= 0) return value;
  const digits = (value < 0n ? -value : value).toString(16).length * 1.25;
  if (-places > digits + 1) return 0n;
  const unit = 10n ** BigInt(-places);
  const magnitude = divideHalfEven(value < 0n ? -value : value, unit) * unit;
  return value < 0n ? -magnitude : magnitude;
}
