import { AssayError, type SerializedError } from '../../protocol/errors';
import { isShortOfMemory } from './memory';

/** Told once, with how much was tried at once and how much will be from then on. */
type Shortage = 'fewer-tokens-at-once' | 'fewer-rows-at-once';
export type Warn = (warning: SerializedError) => void;

/** How much the engine is given at once: half as much after each time that it got no memory for it. */
export class AtOnce {
  /** Nothing above it is tried any more. */
  most = Infinity;

  constructor(
    private readonly code: Shortage,
    private readonly warn: Warn = () => undefined,
  ) {}

  /** After a failure with `tried` at once: true, if less may be tried now; false where it was another failure, or less than the least. */
  halve(error: unknown, tried: number): boolean {
    if (!isShortOfMemory(error) || this.most <= 1) return false;
    const isFirst = this.most === Infinity;
    this.most = Math.max(1, Math.floor(Math.min(tried, this.most) / 2));
    if (isFirst) this.warn(new AssayError(this.code, { tried, most: this.most }).toJSON());
    return true;
  }

  /** Runs rows together, in order, as many as are no more tokens with their padding than may be at once; a single row is never cut. */
  async inTurns<Row, Result>(rows: readonly Row[], tokensOf: (row: Row) => number, run: (rows: readonly Row[]) => Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    for (let done = 0; done < rows.length; ) {
      let end = done + 1;
      let longest = tokensOf(rows[done] as Row);
      for (; end < rows.length; end++) {
        const wider = Math.max(longest, tokensOf(rows[end] as Row));
        if ((end + 1 - done) * wider > this.most) break;
        longest = wider;
      }
      try {
        results.push(await run(rows.slice(done, end)));
        done = end;
      } catch (error) {
        if (end - done === 1 || !this.halve(error, (end - done) * longest)) throw error;
      }
    }
    return results;
  }
}
