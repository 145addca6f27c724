import { PyDate, PyDatetime } from '../../python/datetime';
import type { PyValue } from '../../python/value';
import type { TextRange } from '../../protocol/problem';

/** A plain scalar that YAML 1.1 does not read as most people would. */
export type Surprise = {
  readonly range: TextRange;
  readonly path: string;
  readonly text: string;
  readonly kind: 'boolean' | 'number' | 'date' | 'text';
  /** What it is read as, for people. */
  readonly meaning: string;
};

/** Reads like a number everywhere but in YAML 1.1, which wants a point and a signed exponent. */
const LOOKS_NUMERIC = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)[eE][-+]?\d+$|^0o[0-7]+$/;

/** null where the scalar means what it looks like. `value`: what it is read as. */
export function surpriseOf(text: string, value: PyValue): Pick<Surprise, 'kind' | 'meaning'> | null {
  if (typeof value === 'boolean') return /^(?:true|false)$/i.test(text) ? null : { kind: 'boolean', meaning: String(value) };
  if (typeof value === 'bigint') return /^[-+]?(?:0|[1-9]\d*)$/.test(text) ? null : { kind: 'number', meaning: `the number ${value}` };
  if (typeof value === 'number') return /[:_]/.test(text) ? { kind: 'number', meaning: `the number ${value}` } : null;
  if (value instanceof PyDate || value instanceof PyDatetime) return { kind: 'date', meaning: 'a date' };
  return LOOKS_NUMERIC.test(text) ? { kind: 'text', meaning: 'text, not a number' } : null;
}
