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
