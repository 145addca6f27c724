const STATE = 624;
const SHIFT = 397;

/**
 * CPython's `random.Random`: MT19937 seeded by init_by_array with the seed's 32-bit digits.
 * The draws are those of Python 3.11; checked against values printed by it.
 */
export class PyRandom {
  private readonly state = new Uint32Array(STATE);
  private index = STATE;

  constructor(seed: bigint | number) {
    let rest = BigInt(seed);
    if (rest < 0n) rest = -rest;
    const key: number[] = [];
    do {
      key.push(Number(rest & 0xffffffffn));
      rest >>= 32n;
    } while (rest > 0n);
    this.seedByArray(key);
  }

  /** numpy's legacy generator after `numpy.random.seed(seed)`: the same words from another beginning. */
  static numpy(seed: number): PyRandom {
    const random = new PyRandom(0);
    random.seedByNumber(seed);
    random.index = STATE;
    return random;
  }

  private seedByNumber(seed: number): void {
    const { state } = this;
    state[0] = seed;
    for (let i = 1; i < STATE; i++) state[i] = Math.imul(1812433253, this.mixed(i)) + i;
  }

  private seedByArray(key: readonly number[]): void {
    const { state } = this;
    this.seedByNumber(19650218);
    let i = 1;
    let j = 0;
    for (let k = Math.max(STATE, key.length); k > 0; k--) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(this.mixed(i), 1664525)) + (key[j] ?? 0) + j;
      if (++i >= STATE) {
        state[0] = state[STATE - 1] ?? 0;
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = STATE - 1; k > 0; k--) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(this.mixed(i), 1566083941)) - i;
      if (++i >= STATE) {
        state[0] = state[STATE - 1] ?? 0;
        i = 1;
      }
    }
    state[0] = 0x80000000;
  }

  private mixed(i: number): number {
    const previous = this.state[i - 1] ?? 0;
    return previous ^ (previous >>> 30);
  }

  private refill(): void {
    for (let i = 0; i < STATE - SHIFT; i++) this.twist(i, i + 1, i + SHIFT);
    for (let i = STATE - SHIFT; i < STATE - 1; i++) this.twist(i, i + 1, i + SHIFT - STATE);
    this.twist(STATE - 1, 0, SHIFT - 1);
    this.index = 0;
  }

  private twist(i: number, next: number, far: number): void {
    const { state } = this;
    const y = ((state[i] ?? 0) & 0x80000000) | ((state[next] ?? 0) & 0x7fffffff);
    state[i] = (state[far] ?? 0) ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
  }

  /** The next 32 bits, unsigned. */
  next32(): number {
    if (this.index >= STATE) this.refill();
    let y = this.state[this.index++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** `random()`: 53 bits in [0, 1). */
  random(): number {
    const high = this.next32() >>> 5;
    const low = this.next32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** `getrandbits(bits)` for up to 32 bits. */
  getrandbits(bits: number): number {
    return bits === 0 ? 0 : this.next32() >>> (32 - bits);
  }

  /** `_randbelow(limit)` for 1 <= limit < 2^32. */
  randbelow(limit: number): number {
    const bits = 32 - Math.clz32(limit);
    let value = this.getrandbits(bits);
    while (value >= limit) value = this.getrandbits(bits);
    return value;
  }

  /** `sample(population, k)`. Throws RangeError when k exceeds the population. */
  sample<T>(population: readonly T[], k: number): T[] {
    const n = population.length;
    if (k < 0 || k > n) throw new RangeError('Sample larger than population or is negative');
    let setSize = 21;
    if (k > 5) setSize += 4 ** Math.ceil(Math.log(k * 3) / Math.log(4));
    return n <= setSize ? this.sampleFromPool(population, k) : this.sampleBySet(population, k);
  }

  private sampleFromPool<T>(population: readonly T[], k: number): T[] {
    const pool = [...population];
    const result: T[] = [];
    for (let i = 0; i < k; i++) {
      const left = pool.length - i;
      const j = this.randbelow(left);
      result.push(pool[j] as T);
      pool[j] = pool[left - 1] as T;
    }
    return result;
  }

  private sampleBySet<T>(population: readonly T[], k: number): T[] {
    const selected = new Set<number>();
    const result: T[] = [];
    for (let i = 0; i < k; i++) {
      let j = this.randbelow(population.length);
      while (selected.has(j)) j = this.randbelow(population.length);
      selected.add(j);
      result.push(population[j] as T);
    }
    return result;
  }

  /** `choices(population, k=k)`, with replacement. */
  choices<T>(population: readonly T[], k: number): T[] {
    return Array.from({ length: k }, () => population[Math.floor(this.random() * population.length)] as T);
  }

  /** `shuffle(items)`, in place. */
  shuffle(items: unknown[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.randbelow(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }
}
