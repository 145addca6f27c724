import { PyError } from '../../python/errors';

/** Which cells of the edit distance's table are filled: those near its diagonal (sacrebleu 2.6.0, lib_ter). */
export class Beam {
  /** By row: the first column that is filled, and the first that is not any more. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** Where a row begins in a flat table of the filled cells, less its first column: cell (i, j) stands at `at[i] + j`. */
  readonly at: Float64Array;
  readonly cells: number;

  /** Rows are the hypothesis's words and columns the reference's. Throws PyError MemoryError for texts that no table holds. */
  constructor(
    readonly hypothesisWords: number,
    readonly referenceWords: number,
  ) {
    const [rows, columns] = [hypothesisWords + 1, referenceWords + 1];
    const ratio = hypothesisWords === 0 ? 1 : referenceWords / hypothesisWords;
    // Of texts of very different lengths the rows would have nothing in common.
    const width = WIDTH < ratio / 2 ? Math.ceil(ratio / 2 + WIDTH) : WIDTH;
    this.low = new Int32Array(rows);
    this.high = new Int32Array(rows);
    this.at = new Float64Array(rows);
    let cells = 0;
    for (let i = 0; i < rows; i++) {
      const diagonal = Math.floor(i * ratio);
      const whole = i === 0 || i === hypothesisWords;
      const low = i === 0 ? 0 : Math.max(0, diagonal - width);
      const high = whole ? columns : Math.min(columns, diagonal + width);
      this.low[i] = low;
      this.high[i] = high;
      this.at[i] = cells - low;
      cells += high - low;
    }
    if (cells > MOST_CELLS) throw new PyError('MemoryError', `TER of texts of ${hypothesisWords} and ${referenceWords} words takes more memory than is there`);
    this.cells = cells;
  }
}

const WIDTH = 25;
/** Some three hundred megabytes: about 600 000 words. */
const MOST_CELLS = 1 << 25;
