/** The page's texts in the editor's language. Keys are the English sentences; what has no translation stays English. */
import type { Key } from './l10n-keys';

let translations: ReadonlyMap<string, string> = new Map();
let language = 'en';

export function setStrings(strings: Readonly<Record<string, string>>, locale = 'en'): void {
  translations = new Map(Object.entries(strings));
  language = locale;
}

/** The editor's language, as a BCP 47 tag. */
export function locale(): string {
  return language;
}

/** The sentence with its places still open: `{0}`. */
export function template(key: Key): string {
  return translations.get(key) ?? key;
}

/** The sentence with its places filled. */
export function t(key: Key, ...args: readonly (string | number)[]): string {
  return template(key).replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));
}

/** One or many: English alone tells them apart, but a translation may too. */
export function countOf(one: Key, many: Key, count: number, ...shown: readonly string[]): string {
  return t(count === 1 ? one : many, ...shown);
}
