/** Numbers as a person reads them. Full precision goes into titles (`exact`). */
import type { Interval, PlannedMetric } from '../src/protocol/events';

export type Form = PlannedMetric['form'];

const NO_BREAK = '\u00a0';
const GROUP = '\u202f';
const MINUS = '\u2212';

/** A metric's value: 0.672 as `67.2 %`, a perplexity with four significant digits, a score with three decimals. */
export function formatValue(form: Form, value: number): string {
  if (!Number.isFinite(value)) return unusual(value);
  if (form === 'proportion') return `${withMinus((value * 100).toFixed(1))}${NO_BREAK}%`;
  if (form === 'perplexity') return significant(value, 4);
  return withMinus(value.toFixed(3));
}

/** Half the interval's width, in the unit of `formatValue` (points for a proportion), without a sign. */
export function formatHalfWidth(form: Form, interval: Interval): string {
  if (interval === null) return '';
  const half = (interval[1] - interval[0]) / 2;
  if (!Number.isFinite(half)) return unusual(half);
  if (form === 'proportion') return (half * 100).toFixed(1);
  if (form === 'perplexity') return significant(half, 2);
  return half.toFixed(2);
}

/** A signed difference: points for a proportion. */
export function formatDifference(form: Form, difference: number): string {
  const size = formatAmount(form, difference);
  if (/^[0.\s]*$/.test(size)) return size;
  return (difference < 0 ? MINUS : '+') + size;
}

/** The size of a difference, without its sign. */
export function formatAmount(form: Form, difference: number): string {
  const size = Math.abs(difference);
  if (!Number.isFinite(size)) return unusual(size);
  if (form === 'proportion') return (size * 100).toFixed(1);
  if (form === 'perplexity') return size >= 10 ? significant(size, 3) : size.toFixed(2);
  return size.toFixed(3);
}

/** An end of an interval without its unit: `12.1` for 0.121 of a proportion. */
export function formatEnd(form: Form, value: number): string {
  if (!Number.isFinite(value)) return unusual(value);
  if (form === 'proportion') return withMinus((value * 100).toFixed(1));
  return formatValue(form, value);
}

/** `p < 0.0001`, else two significant digits. */
export function formatP(p: number): string {
  if (p < 0.0001) return `p${NO_BREAK}<${NO_BREAK}0.0001`;
  return `p${NO_BREAK}=${NO_BREAK}${p > 0.995 ? '1' : significant(p, 2)}`;
}

/** 3 919 */
export function formatCount(count: number): string {
  return Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, GROUP);
}

/** A share of one as a whole percentage; 100 only when all is done. */
export function formatShare(share: number): string {
  const percent = share >= 1 ? 100 : Math.min(99, Math.floor(share * 100));
  return `${percent}${NO_BREAK}%`;
}

/** The number as the harness would print it. */
export function exact(value: number): string {
  return String(value);
}

/** `digits` significant digits, never in exponent notation below a billion. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-6) return withMinus(value.toExponential(Math.max(0, digits - 1)));
  const rounded = Number(size.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)));
  const [whole = '', fraction] = rounded.toFixed(Math.min(decimals, 12)).split('.');
  const grouped = formatCount(Number(whole));
  return (value < 0 ? MINUS : '') + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

function withMinus(text: string): string {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  return negative && /[1-9]/.test(digits) ? MINUS + digits : digits;
}

function unusual(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value < 0 ? `${MINUS}∞` : '∞';
}
