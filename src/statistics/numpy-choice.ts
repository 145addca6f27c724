import type { PyRandom } from '../python/random';

/** `numpy.random.choice(n, size=k)` of the legacy generator, `PyRandom.numpy`: words cut to the bits of n − 1, those too large drawn again. */
export function numpyChoice(random: PyRandom, n: number, indices: Uint32Array): void {
  const most = n - 1;
  const mask = most === 0 ? 0 : 2 ** (32 - Math.clz32(most)) - 1;
  for (let i = 0; i < indices.length; i++) {
    let drawn = 0;
    if (most > 0) do drawn = (random.next32() & mask) >>> 0;
    while (drawn > most);
    indices[i] = drawn;
  }
}
