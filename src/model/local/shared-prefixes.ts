/** The first tokens by which rows are brought together; a shorter common beginning saves nothing. */
const LEAST = 32;

export type Prefixed = { readonly index: number; readonly prefix: { readonly id: number; readonly tokens: number } | null };

/**
 * Which rows begin alike: those with the same first 32 tokens share as many as all of them have in common, at least one less than the
 * shortest has. Rows of one prefix follow one another, the longest first. `firstId`: the first prefix gets this id, the next one more.
 */
export function sharedPrefixes(rows: readonly (readonly number[])[], firstId: number): Prefixed[] {
  const groups = new Map<string, number[]>();
  rows.forEach((row, index) => {
    const name = row.length > LEAST ? row.slice(0, LEAST).join(' ') : '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [index]);
    else group.push(index);
  });
  let id = firstId;
  return [...groups].flatMap(([name, group]) => {
    const members = group.sort((a, b) => (rows[b]?.length ?? 0) - (rows[a]?.length ?? 0));
    const prefix = name === '' || members.length < 2 ? null : { id: id++, tokens: commonLength(members.map((index) => rows[index] ?? [])) };
    return members.map((index) => ({ index, prefix }));
  });
}

function commonLength(rows: readonly (readonly number[])[]): number {
  const [first = [], ...others] = rows;
  let length = Math.min(...rows.map((row) => row.length - 1));
  for (const row of others) {
    let same = 0;
    while (same < length && row[same] === first[same]) same++;
    length = same;
  }
  return length;
}
