/** Values of options, checked where they come in. */
import { InvalidArgumentError } from 'commander';

export const list = {
  /** `--x a --x b` */
  each: (value: string, before: string[]): string[] => [...before, value],
  /** `--x a,b` and repeated. */
  commas: (value: string, before: string[] | undefined): string[] => [...(before ?? []), ...value.split(',').map((name) => name.trim()).filter(Boolean)],
};

export function positiveInteger(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(value);
}

export function positiveNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

export function trueOrFalse(value: string): boolean {
  const known: Readonly<Record<string, boolean>> = { true: true, false: false };
  const said = known[value.toLowerCase()];
  if (said === undefined) throw new InvalidArgumentError('It must be true or false.');
  return said;
}

/** `a=1,b=true` as the harness's command line reads it, or a JSON object; given several times, the last one counts for each key. */
export function generationValues(value: string, before: string | undefined): string {
  const members = value.trim().startsWith('{') ? jsonMembers(value) : value.split(',').map(pairMember);
  const earlier = before === undefined ? '' : before.slice(1, -1);
  return `{${[...(earlier === '' ? [] : [earlier]), ...members].join(', ')}}`;
}

function jsonMembers(value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return Object.keys(parsed).length === 0 ? [] : [value.trim().slice(1, -1)];
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('It must be a JSON object or key=value pairs with commas between them.');
}

function pairMember(pair: string): string {
  const at = pair.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError(`"${pair}" is no key=value pair.`);
  return `${JSON.stringify(pair.slice(0, at).trim())}: ${jsonOf(pair.slice(at + 1))}`;
}

/** Digits are a whole number, anything else that is a number a float. */
function jsonOf(text: string): string {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase();
  if (/^\d+$/.test(text)) return String(BigInt(text));
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return JSON.stringify(text);
  const printed = String(number);
  return /^-?\d+$/.test(printed) ? `${printed}.0` : printed;
}
