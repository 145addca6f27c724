/** Where tokens stand in their text. A place may hold several: a character is often more than one token. */
export type TokenPlace = { readonly start: number; readonly end: number; readonly firstToken: number; readonly tokens: number };

/** What a token is shown as where it is no whole character. */
const PART_OF_CHARACTER = '\uFFFD';

/**
 * Places of `tokens`, which together read as `text` but for white space in front and parts of characters; in order, without overlap.
 * Tokens that cannot be found stand together between those that can.
 */
export function tokenPlaces(text: string, tokens: readonly string[]): TokenPlace[] {
  const places: TokenPlace[] = [];
  let [at, pending] = [0, 0];
  const take = (end: number, firstToken: number, count: number): void => {
    if (count > 0 && end > at) places.push({ start: at, end, firstToken, tokens: count });
    at = Math.max(at, end);
  };
  for (const [index, token] of tokens.entries()) {
    const found = token === '' || token.includes(PART_OF_CHARACTER) ? null : findToken(text, token, at, pending > 0);
    if (found === null) {
      pending++;
      continue;
    }
    take(found.start, index - pending, pending);
    pending = 0;
    take(found.end, index, 1);
  }
  take(text.length, tokens.length - pending, pending);
  return places;
}

/** At `at`, or a little behind it where tokens before it are not placed yet. */
function findToken(text: string, token: string, at: number, isApart: boolean): { readonly start: number; readonly end: number } | null {
  for (const shown of [token, token.trimStart()]) {
    if (shown === '') continue;
    const start = isApart ? text.slice(0, at + MOST_APART).indexOf(shown, at) : text.startsWith(shown, at) ? at : -1;
    if (start !== -1) return { start, end: start + shown.length };
  }
  return null;
}

/** Characters that tokens without a place of their own may stand for. */
const MOST_APART = 64;
