import { PyError } from '../../python/errors';

/** About five seconds. */
const MOST_CELLS = 2 ** 32;

/** What comparing all words of two texts takes. */
export type Work = { cells: number };

/**
 * Places in `first` of one longest common subsequence with `second`, in order: of several the one rouge_score reads from its table.
 * A row of the table in √n is kept, and those between are computed again, so memory grows with √n·m. Throws PyError MemoryError when
 * `work` would exceed what a document may take.
 */
export function commonSubsequence(first: readonly string[], second: readonly string[], work: Work): number[] {
  work.cells += first.length * second.length;
  if (work.cells > MOST_CELLS) throw new PyError('MemoryError', `ROUGE-L of texts of ${first.length} and ${second.length} words takes too long`);
  const numbers = new Map<string, number>();
  const [a, b] = [first, second].map((words) => Int32Array.from(words, (word) => numbered(numbers, word))) as [Int32Array, Int32Array];
  const every = Math.max(1, Math.ceil(Math.sqrt(a.length)));
  const kept: Int32Array[] = [];
  let [above, row] = [new Int32Array(b.length + 1), new Int32Array(b.length + 1)];
  for (let i = 0; i < a.length; i++) {
    if (i % every === 0) kept.push(above.slice());
    fill(row, above, a[i] ?? 0, b);
    [above, row] = [row, above];
  }
  const places: number[] = [];
  let [i, j] = [a.length, b.length];
  for (let block = kept.length - 1; block >= 0 && j > 0; block--) {
    const start = block * every;
    const rows = [kept[block] ?? above];
    for (let at = start; at < i; at++) {
      const next = new Int32Array(b.length + 1);
      fill(next, rows[at - start] ?? next, a[at] ?? 0, b);
      rows.push(next);
    }
    while (i > start && j > 0) {
      if (a[i - 1] === b[j - 1]) {
        places.push(i - 1);
        i--;
        j--;
      } else if ((rows[i - start]?.[j - 1] ?? 0) > (rows[i - start - 1]?.[j] ?? 0)) j--;
      else i--;
    }
  }
  return places.reverse();
}

function numbered(numbers: Map<string, number>, word: string): number {
  const number = numbers.get(word) ?? numbers.size;
  numbers.set(word, number);
  return number;
}

function fill(row: Int32Array, above: Int32Array, word: number, others: Int32Array): void {
  let left = 0;
  for (let j = 1; j < row.length; j++) {
    const up = above[j] ?? 0;
    left = others[j - 1] === word ? (above[j - 1] ?? 0) + 1 : up > left ? up : left;
    row[j] = left;
  }
}
