import { describe as messageOf } from '../../src/protocol/messages';
import type { Problem } from '../../src/protocol/problem';

/** `code «the text at its range»`, how tests state a problem and its exact place. */
export function marked(text: string, problems: readonly Problem[]): string[] {
  return problems.map(({ code, range }) => `${code} «${text.slice(range.start, range.end)}»`);
}

/** A message with a placeholder left open means an argument is missing. */
export function openPlaceholders(problems: readonly Problem[]): string[] {
  return problems.map(({ code, args }) => messageOf(code, args)).filter((message) => /\{[a-z]+\}/i.test(message));
}
