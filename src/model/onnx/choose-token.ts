import { AssayError } from '../../protocol/errors';
import type { TokenChoice } from './wire';

/**
 * The next token by its logits, as transformers' `generate` chooses it: processors first, then temperature, top-k, top-p and min-p.
 * `before`: prompt and answer so far. `logits` is changed. The draw of a step depends on seed and step alone.
 */
export function chooseToken(logits: Float32Array, before: ArrayLike<number>, step: number, choice: TokenChoice): number {
  penalizeRepetition(logits, before, choice.repetitionPenalty);
  forbidRepeatedGrams(logits, before, choice.noRepeatGram);
  for (const token of choice.suppressed) logits[token] = -Infinity;
  if (step === 0) for (const token of choice.suppressedFirst) logits[token] = -Infinity;
  return choice.random === null ? mostLikely(logits) : draw(logits, choice.random, uniform(choice.random.seed, step));
}

/** Whether the choice reads logits at all; otherwise the graph's argmax is the token. */
export function readsLogits({ random, repetitionPenalty, noRepeatGram, suppressed, suppressedFirst }: TokenChoice): boolean {
  return random !== null || repetitionPenalty !== 1 || noRepeatGram > 0 || suppressed.length > 0 || suppressedFirst.length > 0;
}

/** The first of equals. */
function mostLikely(logits: Float32Array): number {
  let best = 0;
  if (logits.some(Number.isNaN)) throw new AssayError('engine-failed', { detail: 'logits that are no numbers' });
  for (let token = 1; token < logits.length; token++) if ((logits[token] ?? 0) > (logits[best] ?? 0)) best = token;
  return best;
}

/** A token that was there counts less: its logit is divided where positive, multiplied where negative (once, however often it was). */
function penalizeRepetition(logits: Float32Array, before: ArrayLike<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const token of new Set(Array.from(before))) {
    const logit = logits[token];
    if (logit !== undefined) logits[token] = logit < 0 ? logit * penalty : logit / penalty;
  }
}

/** No run of `size` tokens comes twice. */
function forbidRepeatedGrams(logits: Float32Array, before: ArrayLike<number>, size: number): void {
  if (size === 0 || before.length + 1 < size) return;
  const tail = before.length - (size - 1);
  for (let start = 0; start + size <= before.length; start++) {
    let same = true;
    for (let index = 0; same && index < size - 1; index++) same = before[start + index] === before[tail + index];
    if (same) logits[before[start + size - 1] ?? 0] = -Infinity;
  }
}

type Random = NonNullable<TokenChoice['random']>;

function draw(logits: Float32Array, { temperature, topK, topP, minP }: Random, place: number): number {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const least = topK === null || topK >= logits.length ? -Infinity : kthLargest(logits, topK);
  const shares = Float64Array.from(logits, (logit) => (logit >= least ? Math.exp((logit - largest) / temperature) : 0));
  const total = sum(shares);
  if (!(total > 0 && total < Infinity)) throw new AssayError('engine-failed', { detail: 'logits that are no numbers' });
  if (topP !== null) keepTop(shares, topP * total);
  if (minP !== null) for (let token = 0; token < shares.length; token++) if ((shares[token] ?? 0) < minP) shares[token] = 0;
  let left = place * sum(shares);
  let last = 0;
  for (let token = 0; token < shares.length; token++) {
    const share = shares[token] ?? 0;
    if (share === 0) continue;
    last = token;
    left -= share;
    if (left < 0) return token;
  }
  return last;
}

/** The smallest set of the most likely tokens whose shares reach `mass` stays; ties of the last one stay too. */
function keepTop(shares: Float64Array, mass: number): void {
  const sorted = shares.filter((share) => share > 0).sort();
  let above = 0;
  let least = Infinity;
  for (let index = sorted.length - 1; index >= 0 && (above < mass || least === Infinity); index--) {
    least = sorted[index] ?? 0;
    above += least;
  }
  for (let token = 0; token < shares.length; token++) if ((shares[token] ?? 0) < least) shares[token] = 0;
}

function kthLargest(values: Float32Array, k: number): number {
  const top = values.slice(0, k).sort();
  for (let index = k; index < values.length; index++) {
    const value = values[index] ?? -Infinity;
    if (!(value > (top[0] ?? -Infinity))) continue;
    let place = 0;
    while (place + 1 < k && (top[place + 1] ?? Infinity) < value) {
      top[place] = top[place + 1] ?? 0;
      place++;
    }
    top[place] = value;
  }
  return top[0] ?? -Infinity;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

const GOLDEN = 0x9e3779b97f4a7c15n;

/** In [0, 1): splitmix64 of a seed, at a step. */
export function uniform(seed: number, step: number): number {
  const mixed = mix(BigInt.asUintN(64, mix(BigInt.asUintN(64, BigInt(seed))) + BigInt(step + 1) * GOLDEN));
  return Number(mixed >> 11n) / 2 ** 53;
}

function mix(value: bigint): bigint {
  let z = BigInt.asUintN(64, value + GOLDEN);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
