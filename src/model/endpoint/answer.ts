/** Reading JSON that anybody may have written. */

export type Parsed = { readonly value: unknown } | { readonly fault: string };

/** JSON of an answer, or in words what it is instead. */
export function parseAnswer(body: string, contentType: string | undefined): Parsed {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json$/.test(type)) {
    return { fault: type === 'text/html' ? 'an HTML page instead of JSON; is this the address of the API (it often ends in /v1)?' : `an answer of type ${/^[\w.+/-]{1,60}$/.test(type) ? type : 'unknown'} instead of JSON` };
  }
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return { fault: body.trim() === '' ? 'an empty answer' : 'an answer that is no JSON' };
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The only choice of an answer, or what is wrong with it. */
export function onlyChoice(value: unknown): Readonly<Record<string, unknown>> | string {
  if (!isRecord(value) || !Array.isArray(value['choices'])) return 'an answer without "choices"';
  const choices: readonly unknown[] = value['choices'];
  if (choices.length !== 1) return `${choices.length} choices instead of one`;
  const [choice] = choices;
  return isRecord(choice) ? choice : 'a choice that is no object';
}

/** Tokens of the prompt and of what was generated, as far as the server counts them. */
export function usedTokens(value: unknown): { readonly prompt: number; readonly generated: number } {
  const usage = isRecord(value) && isRecord(value['usage']) ? value['usage'] : {};
  const count = (name: string): number => (Number.isSafeInteger(usage[name]) && (usage[name] as number) >= 0 ? (usage[name] as number) : 0);
  return { prompt: count('prompt_tokens'), generated: count('completion_tokens') };
}
