/** The harness's median: of an even number of values the upper of the middle two. */

/** NaN of nothing. Values that are no numbers stand where Python's sort leaves them. */
export function upperMedian(numbers: Float64Array): number {
  return medianOf(numbers.slice());
}

/** The same, leaving the numbers in another order. */
export function medianOf(numbers: Float64Array): number {
  const middle = Math.floor(numbers.length / 2);
  if (numbers.some(Number.isNaN)) return Array.from(numbers).sort((a, b) => a - b)[middle] ?? NaN;
  return select(numbers, middle);
}

/** The value that would stand at `place` were the numbers sorted (Hoare's quickselect). */
function select(numbers: Float64Array, place: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const pivot = numbers[(low + high) >> 1] ?? NaN;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((numbers[i] ?? NaN) < pivot) i++;
      while ((numbers[j] ?? NaN) > pivot) j--;
      if (i > j) break;
      const held = numbers[i] ?? NaN;
      numbers[i++] = numbers[j] ?? NaN;
      numbers[j--] = held;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return numbers[place] ?? NaN;
}

/** The same of values that come one by one: two heaps, O(log n) a value. NaN from the first value on that is no number. */
export class RunningMedian {
  /** The ⌊n/2⌋ smallest, negated: the largest of them is on top. */
  private readonly below = new Heap();
  /** The rest: the median is on top. */
  private readonly above = new Heap();
  private isNumber = true;

  add(value: number): void {
    if (Number.isNaN(value)) this.isNumber = false;
    if (!this.isNumber) return;
    if (value < (this.above.top ?? Infinity)) this.below.push(-value);
    else this.above.push(value);
    if (this.below.size > this.above.size) this.above.push(-this.below.pop());
    else if (this.above.size > this.below.size + 1) this.below.push(-this.above.pop());
  }

  /** With one more value where `partial` is given. */
  value(partial?: number): number {
    if (!this.isNumber || Number.isNaN(partial)) return NaN;
    const median = this.above.top ?? NaN;
    if (partial === undefined) return median;
    if (this.above.size === 0) return partial;
    // An even number is below and above: the new value comes between them or pushes one of them into the middle.
    if (this.above.size === this.below.size) return Math.max(-(this.below.top ?? Infinity), Math.min(partial, median));
    return partial < median ? median : Math.min(partial, this.above.second);
  }
}

/** The smallest on top. */
class Heap {
  private readonly values: number[] = [];

  get size(): number {
    return this.values.length;
  }

  get top(): number | undefined {
    return this.values[0];
  }

  /** The next smallest after the top; Infinity where there is none. */
  get second(): number {
    return Math.min(this.values[1] ?? Infinity, this.values[2] ?? Infinity);
  }

  push(value: number): void {
    const { values } = this;
    let place = values.push(value) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const held = values[parent] ?? -Infinity;
      if (held <= value) break;
      values[place] = held;
      place = parent;
    }
    values[place] = value;
  }

  /** NaN where it is empty. */
  pop(): number {
    const { values } = this;
    const top = values[0] ?? NaN;
    const last = values.pop();
    if (last === undefined || values.length === 0) return top;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= values.length) break;
      if ((values[child + 1] ?? Infinity) < (values[child] ?? Infinity)) child++;
      const held = values[child] ?? Infinity;
      if (held >= last) break;
      values[place] = held;
      place = child;
    }
    values[place] = last;
    return top;
  }
}
