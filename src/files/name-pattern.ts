/** Python's fnmatch, case-sensitive: `*`, `?`, `[seq]`, `[!seq]`. Time is at most the product of both lengths: no pattern explodes. */

type Part = { readonly kind: 'any' } | { readonly kind: 'one' } | { readonly kind: 'set'; readonly has: (character: string) => boolean } | { readonly kind: 'character'; readonly character: string };

/** Longer patterns match nothing: no file or task is called so. */
const LONGEST = 4096;

export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

export class NamePattern {
  private readonly parts: readonly Part[] | null;

  constructor(pattern: string) {
    this.parts = pattern.length > LONGEST ? null : partsOf([...pattern]);
  }

  matches(name: string): boolean {
    const { parts } = this;
    if (parts === null || name.length > LONGEST) return false;
    const characters = [...name];
    let [part, at] = [0, 0];
    // Where to go on when what follows the last `*` does not fit: one character later.
    let [star, resume] = [-1, 0];
    while (at < characters.length) {
      const current = parts[part];
      if (current?.kind === 'any') {
        star = part++;
        resume = at;
      } else if (current !== undefined && fits(current, characters[at] ?? '')) {
        part++;
        at++;
      } else if (star >= 0) {
        part = star + 1;
        at = ++resume;
      } else return false;
    }
    while (parts[part]?.kind === 'any') part++;
    return part === parts.length;
  }
}

function fits(part: Part, character: string): boolean {
  switch (part.kind) {
    case 'any':
    case 'one':
      return true;
    case 'set':
      return part.has(character);
    case 'character':
      return part.character === character;
  }
}

function partsOf(pattern: readonly string[]): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (parts.at(-1)?.kind !== 'any') parts.push({ kind: 'any' });
    } else if (character === '?') parts.push({ kind: 'one' });
    else if (character === '[') {
      const end = endOfSet(pattern, at);
      if (end < 0) parts.push({ kind: 'character', character });
      else {
        parts.push(setOf(pattern.slice(at + 1, end)));
        at = end;
      }
    } else parts.push({ kind: 'character', character });
  }
  return parts;
}

/** A `]` that comes first, after `!` too, belongs to the set. */
function endOfSet(pattern: readonly string[], start: number): number {
  let at = start + 1;
  if (pattern[at] === '!') at++;
  if (pattern[at] === ']') at++;
  return pattern.indexOf(']', at);
}

/** Ranges as in Python: one that runs backwards holds nothing. */
function setOf(members: readonly string[]): Part {
  const negated = members[0] === '!';
  const set = negated ? members.slice(1) : members;
  const singles = new Set<string>();
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at < set.length; at++) {
    const low = set[at] ?? '';
    const high = set[at + 2];
    if (set[at + 1] === '-' && high !== undefined) {
      ranges.push([low.codePointAt(0) ?? 0, high.codePointAt(0) ?? 0]);
      at += 2;
    } else singles.add(low);
  }
  const holds = (character: string): boolean => {
    const point = character.codePointAt(0) ?? 0;
    return singles.has(character) || ranges.some(([low, high]) => low <= point && point <= high);
  };
  return { kind: 'set', has: (character) => holds(character) !== negated };
}
