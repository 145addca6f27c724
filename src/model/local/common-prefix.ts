
/** A sequence as far as it can follow a prefix that is held: `skipped` tokens come before the first that is scored from. */
export type Follower = { readonly fed: readonly number[]; readonly skipped: number; /** What the question is, whatever is answered. */ readonly context: string };

/** Sequences, by their index, behind the first `length` tokens, which all of them begin with. */
export type CommonPrefix = { readonly length: number; readonly members: readonly number[] };

/** Tokens of the shortest one: the first by which sequences are brought together. */
const LEAST = 64;

/** So many questions behind one prefix are worth its memory and batches of their own; fewer are where they are half of all. */
const ENOUGH = 4;

/**
 * Prefixes worth holding: of examples, of a system prompt. They are looked for in one block, so that a block is computed the same way
 * whatever came before it.
 */
export function commonPrefixes(sequences: readonly Follower[]): CommonPrefix[] {
  const groups = new Map<string, number[]>();
  sequences.forEach(({ fed, skipped }, index) => {
    if (skipped < LEAST) return;
    const name = fed.slice(0, LEAST).join(' ');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [index]);
    else group.push(index);
  });
  const contextsOf = (members: readonly Follower[]): number => new Set(members.map(({ context }) => context)).size;
  const all = contextsOf(sequences);
  return [...groups.values()].flatMap((members) => {
    const questions = contextsOf(members.flatMap((index) => sequences[index] ?? []));
    const isWorth = questions >= ENOUGH || (questions >= 2 && 2 * questions >= all);
    return isWorth ? [{ length: commonLength(members.flatMap((index) => sequences[index] ?? [])), members }] : [];
  });
}

function commonLength([first, ...others]: readonly Follower[]): number {
  if (first === undefined) return 0;
  let length = first.skipped;
  for (const { fed, skipped } of others) {
    const most = Math.min(length, skipped);
    let same = 0;
    while (same < most && fed[same] === first.fed[same]) same++;
    length = same;
  }
  return length;
}
