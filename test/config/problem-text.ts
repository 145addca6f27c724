import { messages } from '../../src/protocol/messages';
import type { Problem } from '../../src/protocol/problem';

/** `code «the text at its range»`, how tests state a problem and its exact place. */
export function marked(text: string, problems: readonly Problem[]): string[] {
  return problems.map(({ code, range }) => `${code} «${text.slice(range.start, range.end)}»`);
}

/** Placeholders of the templates that no argument fills. (A person's own text may hold braces, so the filled message says nothing.) */
export function openPlaceholders(problems: readonly Problem[]): string[] {
  return problems.flatMap(({ code, args }) => [...messages[code].matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (name in args || (code === 'missing-file' && name === 'hint') ? [] : [`${code}: ${name}`])));
}
