import { iterate } from '../../python/compare';
import { PyError } from '../../python/errors';
import { repr, typeName } from '../../python/print';
import type { Doc, PyValue } from '../../python/value';

/**
 * One step of a pipeline: what the steps before left of a document's answers, usually a list of texts, becomes what the next one sees.
 * Throws PyError where the harness raises.
 */
export type Filter = (answers: PyValue, doc: Doc) => PyValue;

/** Keys of a step beside `function`. Throws PyError for one that the filter does not have, and for a value that means nothing to it. */
export type FilterMaker = (options: Readonly<Record<string, PyValue>>) => Filter;

/** A filter that changes each answer by itself. */
export function eachAnswer(change: (answer: PyValue, doc: Doc) => PyValue): Filter {
  return (answers, doc) => [...iterate(answers)].map((answer) => change(answer, doc));
}

/** A filter that takes no options. */
export function plain(filter: Filter): FilterMaker {
  return (options) => {
    knownKeys(options, []);
    return filter;
  };
}

export function knownKeys(options: Readonly<Record<string, PyValue>>, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new PyError('TypeError', `unexpected key "${unknown}"${known.length === 0 ? '' : `; it has ${known.join(', ')}`}`);
}

/** Text, as a method of `str` is called on it. */
export function requireText(answer: PyValue, method: string): string {
  if (typeof answer !== 'string') throw new PyError('AttributeError', `'${typeName(answer)}' object has no attribute '${method}'`);
  return answer;
}

export function textOption(options: Readonly<Record<string, PyValue>>, key: string, otherwise: string): string {
  const value = options[key] ?? otherwise;
  if (typeof value !== 'string') throw new PyError('TypeError', `${key} must be text, not ${repr(value)}`);
  return value;
}

export function wholeNumberOption(options: Readonly<Record<string, PyValue>>, key: string, otherwise: bigint): number {
  const value = options[key] ?? otherwise;
  if (typeof value !== 'bigint') throw new PyError('TypeError', `${key} must be a whole number, not ${repr(value)}`);
  return Number(value);
}

export function flagOption(options: Readonly<Record<string, PyValue>>, key: string): boolean {
  const value = options[key] ?? false;
  if (typeof value !== 'boolean') throw new PyError('TypeError', `${key} must be true or false, not ${repr(value)}`);
  return value;
}
