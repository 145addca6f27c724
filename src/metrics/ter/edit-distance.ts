import { Beam } from './beam';

/** How a cell of the table was reached. */
export const MATCH = 0;
export const SUBSTITUTE = 1;
/** A word of the hypothesis is left out. */
export const DELETE = 2;
/** A word of the reference is put in. */
export const INSERT = 3;

/** More than any distance; cells outside of the beam cost this. */
const FAR = 1_000_000_000;

/**
 * Edit distances of a hypothesis to a reference inside the beam, kept from both ends: the distance of a hypothesis in which some
 * words have moved is that of the rows between, whatever the length of the texts. Words are numbers; equal words, equal numbers.
 */
export class EditDistance {
  private readonly beam: Beam;
  /** Cheapest way from the beginning to a cell. */
  private readonly forward: Int32Array;
  /** Cheapest way from a cell to the end. */
  private readonly backward: Int32Array;
  private readonly steps: Uint8Array;
  private readonly rows: readonly [Int32Array, Int32Array];

  constructor(
    private hypothesis: Int32Array,
    private readonly reference: Int32Array,
  ) {
    this.beam = new Beam(hypothesis.length, reference.length);
    this.forward = new Int32Array(this.beam.cells);
    this.backward = new Int32Array(this.beam.cells);
    this.steps = new Uint8Array(this.beam.cells);
    this.rows = [new Int32Array(reference.length + 1), new Int32Array(reference.length + 1)];
    for (let j = 0; j <= reference.length; j++) {
      this.forward[j] = j;
      this.steps[j] = INSERT;
    }
    this.fillForward(1);
    this.fillBackward(hypothesis.length);
  }

  /** Edits without a shift. */
  get distance(): number {
    return this.forward[this.beam.cells - 1] ?? FAR;
  }

  /** The cheapest way, from its end to its beginning. */
  trace(): Uint8Array {
    const { at } = this.beam;
    const steps = new Uint8Array(this.hypothesis.length + this.reference.length);
    let [i, j, count] = [this.hypothesis.length, this.reference.length, 0];
    while (i > 0 || j > 0) {
      const step = this.steps[(at[i] ?? 0) + j] ?? INSERT;
      steps[count++] = step;
      if (step !== INSERT) i--;
      if (step !== DELETE) j--;
    }
    return steps.subarray(0, count);
  }

  /** The distance of the hypothesis with `words` in the place of those from `start` on. */
  with(words: Int32Array, start: number): number {
    const { low, high, at } = this.beam;
    let [from, to] = [0, words.length];
    while (from < to && words[from] === this.hypothesis[start + from]) from++;
    while (to > from && words[to - 1] === this.hypothesis[start + to - 1]) to--;
    if (from === to) return this.distance;
    let [previous, row] = this.rows;
    const first = start + from;
    const begin = (at[first] ?? 0) + (low[first] ?? 0);
    let offset = low[first] ?? 0;
    previous.set(this.forward.subarray(begin, begin + (high[first] ?? 0) - offset));
    for (let place = from; place < to; place++) {
      const i = start + place + 1;
      this.fill(i, words[place] ?? NOWHERE, previous, -offset, row, -(low[i] ?? 0), null);
      offset = low[i] ?? 0;
      [previous, row] = [row, previous];
    }
    const last = start + to;
    const base = at[last] ?? 0;
    let least = FAR;
    for (let j = low[last] ?? 0; j < (high[last] ?? 0); j++) {
      const whole = (previous[j - offset] ?? FAR) + (this.backward[base + j] ?? FAR);
      if (whole < least) least = whole;
    }
    return least;
  }

  /** Puts `words` in the place of those from `start` on. */
  replace(words: Int32Array, start: number): void {
    const changed = this.hypothesis.slice();
    changed.set(words, start);
    this.hypothesis = changed;
    this.fillForward(start + 1);
    this.fillBackward(start + words.length);
  }

  private fillForward(from: number): void {
    const { at } = this.beam;
    for (let i = from; i <= this.hypothesis.length; i++) {
      this.fill(i, this.hypothesis[i - 1] ?? NOWHERE, this.forward, at[i - 1] ?? 0, this.forward, at[i] ?? 0, this.steps);
    }
  }

  /** Row `i` from the one before; a cell (i, j) stands at `base + j`. Of equal costs the first of match or substitute, delete, insert is taken. */
  private fill(i: number, word: number, previous: Int32Array, previousBase: number, row: Int32Array, base: number, steps: Uint8Array | null): void {
    const { low, high } = this.beam;
    const { reference } = this;
    const [from, to] = [low[i] ?? 0, high[i] ?? 0];
    const [above, end] = [low[i - 1] ?? 0, high[i - 1] ?? 0];
    let left = FAR;
    // What stands diagonally before the next cell.
    let corner = from - 1 >= above && from - 1 < end ? (previous[previousBase + from - 1] ?? FAR) : FAR;
    for (let j = from; j < to; j++) {
      const up = j >= above && j < end ? (previous[previousBase + j] ?? FAR) : FAR;
      let [cost, step] = [FAR, INSERT];
      if (j > 0) {
        const same = reference[j - 1] === word;
        cost = corner + (same ? 0 : 1);
        step = same ? MATCH : SUBSTITUTE;
      }
      if (up + 1 < cost) {
        cost = up + 1;
        step = DELETE;
      }
      if (left + 1 < cost) {
        cost = left + 1;
        step = INSERT;
      }
      if (cost > FAR) cost = FAR;
      row[base + j] = cost;
      if (steps !== null) steps[base + j] = step;
      left = cost;
      corner = up;
    }
  }

  /** Rows from `from` to the first. */
  private fillBackward(from: number): void {
    const { beam, backward, reference, hypothesis } = this;
    const { low, high, at } = beam;
    for (let i = from; i >= 0; i--) {
      const base = at[i] ?? 0;
      const isLast = i === hypothesis.length;
      const word = hypothesis[i];
      const [next, below, end] = [at[i + 1] ?? 0, low[i + 1] ?? 0, high[i + 1] ?? 0];
      let right = FAR;
      for (let j = (high[i] ?? 0) - 1; j >= (low[i] ?? 0); j--) {
        let cost = right + 1;
        if (isLast) cost = reference.length - j;
        else {
          const down = j >= below && j < end ? (backward[next + j] ?? FAR) + 1 : FAR;
          const diagonal = j < reference.length && j + 1 >= below && j + 1 < end ? (backward[next + j + 1] ?? FAR) + (reference[j] === word ? 0 : 1) : FAR;
          cost = Math.min(cost, down, diagonal, FAR);
        }
        backward[base + j] = cost;
        right = cost;
      }
    }
  }
}

/** The number of a word that the reference does not have. */
export const NOWHERE = -1;
