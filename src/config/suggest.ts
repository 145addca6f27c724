/** Damerau-Levenshtein distance (optimal string alignment), in UTF-16 units. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** Letters of a name that are compared, and comparisons of letters for one name: a hint is not worth a pause. */
const MOST_LETTERS = 256;
const MOST_WORK = 4_000_000;

/** The known name a person most likely meant, or null when none is close. Case, `-` and `_` weigh nothing. */
export function closest(name: string, known: Iterable<string>): string | null {
  const plain = (text: string): string => text.slice(0, MOST_LETTERS).toLowerCase().replaceAll('-', '_');
  let work = 0;
  const wanted = plain(name);
  // One slip in short names, a third of the letters in long ones.
  let limit = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let found: string | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= limit) continue;
    work += wanted.length * Math.min(candidate.length, MOST_LETTERS);
    if (work > MOST_WORK) break;
    const distance = editDistance(wanted, plain(candidate));
    if (distance < limit) [limit, found] = [distance, candidate];
  }
  return found;
}

/** ` Did you mean "x"?`, or nothing: the `{hint}` of a message. */
export function hint(name: string, known: Iterable<string>): string {
  const near = closest(name, known);
  return near === null ? '' : ` Did you mean "${near.length > MOST_LETTERS ? `${near.slice(0, MOST_LETTERS)}…` : near}"?`;
}
