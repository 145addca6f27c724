/**
 * How often each n-gram of a text's tokens occurs, for n = 1, 2, … up to some order. An n-gram is known by the number of what it
 * begins with and its last token, so a text costs the same per token whatever the order and the length of its tokens.
 */
export class NgramTable {
  private readonly tokens = new Map<string, number>();
  /** By order − 1: from an n-gram's beginning and last token to its number among those of its order. */
  private readonly numbers: readonly Map<number, number>[];
  /** By order − 1 and number. */
  private readonly counts: number[][];

  constructor(orders: number) {
    this.numbers = Array.from({ length: orders }, () => new Map<number, number>());
    this.counts = this.numbers.map(() => []);
  }

  /** The n-grams of one text. */
  static of(tokens: readonly string[], orders: number): NgramTable {
    const table = new NgramTable(orders);
    table.addMost(tokens);
    return table;
  }

  /** Takes another text: each n-gram counts as often as in the text that has most of it. */
  addMost(tokens: readonly string[]): void {
    const ids = Array.from(tokens, (token) => numberOf(this.tokens, token));
    let beginnings = new Float64Array(ids.length);
    for (const [place, numbers] of this.numbers.entries()) {
      const most = this.counts[place] ?? [];
      const here: number[] = [];
      const ends = new Float64Array(Math.max(0, ids.length - place));
      for (let i = 0; i < ends.length; i++) {
        const number = numberOf(numbers, keyOf(beginnings[i] ?? 0, ids[i + place] ?? 0));
        ends[i] = number;
        const count = (here[number] ?? 0) + 1;
        here[number] = count;
        if (count > (most[number] ?? 0)) most[number] = count;
      }
      beginnings = ends;
    }
  }

  /** N-grams of each order in another text that are here too; one that comes more often than here counts as often as here. */
  matches(tokens: readonly string[]): number[] {
    const ids = Array.from(tokens, (token) => this.tokens.get(token) ?? UNKNOWN);
    let beginnings = new Float64Array(ids.length);
    return this.numbers.map((numbers, place) => {
      const left = this.counts[place]?.slice() ?? [];
      const ends = new Float64Array(Math.max(0, ids.length - place));
      let found = 0;
      for (let i = 0; i < ends.length; i++) {
        const [beginning, last] = [beginnings[i] ?? UNKNOWN, ids[i + place] ?? UNKNOWN];
        const number = beginning === UNKNOWN || last === UNKNOWN ? undefined : numbers.get(keyOf(beginning, last));
        ends[i] = number ?? UNKNOWN;
        if (number === undefined) continue;
        const rest = left[number] ?? 0;
        if (rest === 0) continue;
        left[number] = rest - 1;
        found++;
      }
      beginnings = ends;
      return found;
    });
  }
}

const UNKNOWN = -1;
/** More different tokens than a text can have. */
const MOST_TOKENS = 1 << 26;

function keyOf(beginning: number, last: number): number {
  return beginning * MOST_TOKENS + last;
}

function numberOf<K>(numbers: Map<K, number>, key: K): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** N-grams of a text of so many tokens, by order. */
export function ngramTotals(tokens: number, orders: number): number[] {
  return Array.from({ length: orders }, (_, place) => Math.max(0, tokens - place));
}
