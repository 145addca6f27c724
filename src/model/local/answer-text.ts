import type { Tokenizer } from '../../checkpoint/tokenizer';

/** An answer as it grows, and the stop strings that end it. */
export class GrowingAnswer {
  readonly ids: number[] = [];
  /** Tokens at whose end stop strings were looked for. */
  private looked = 0;
  /** Tokens in which the longest stop string may stand: each is a byte at least. */
  private readonly reach: number;

  constructor(readonly stops: readonly string[]) {
    this.reach = Math.max(...stops.map((stop) => Buffer.byteLength(stop)), 0) + 4;
  }

  /**
   * The last tokens up to each token that nobody looked at yet, for a search of stop strings: as text with special tokens, as the
   * harness searches it. `upTo`: tokens behind that one are not searched (an end-of-text token is an end of its own).
   */
  unsearched(upTo: number): { readonly length: number; readonly tail: readonly number[] }[] {
    if (this.stops.length === 0) return [];
    const lengths = Array.from({ length: Math.max(0, upTo - this.looked) }, (_, index) => this.looked + 1 + index);
    this.looked = Math.max(this.looked, upTo);
    return lengths.map((length) => ({ length, tail: this.ids.slice(Math.max(0, length - this.reach), length) }));
  }

  isStop(tail: string): boolean {
    return this.stops.some((stop) => tail.includes(stop));
  }
}

/** Stop strings of a request, and the end-of-text token's own text (the harness's `handle_stop_sequences`). */
export async function stopStrings(stops: readonly string[], tokenizer: Tokenizer): Promise<readonly string[]> {
  if (tokenizer.eosId === null) return stops;
  const [end = ''] = await tokenizer.decodeBatch([[tokenizer.eosId]], false);
  return stops.includes(end) ? stops : [...stops, end];
}
