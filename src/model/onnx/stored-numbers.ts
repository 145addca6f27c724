import type { TensorDtype } from '../../checkpoint/checkpoint';

export const BYTES: Readonly<Record<TensorDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

/** The bits of float32 numbers that 16-bit ones are. */
function widen(stored: Uint16Array, dtype: 'F16' | 'BF16', into: Uint32Array): void {
  if (dtype === 'BF16') {
    for (let index = 0; index < stored.length; index++) into[index] = (stored[index] as number) << 16;
    return;
  }
  const table = halves();
  for (let index = 0; index < stored.length; index++) into[index] = table[stored[index] as number] as number;
}

/** Numbers as a checkpoint stores them (little-endian), as float32: memory for as many as are read at once, used again and again. */
export class FloatReader {
  /** To be filled from its start. */
  readonly bytes: Uint8Array;
  private readonly wide: Float32Array;

  constructor(
    private readonly dtype: TensorDtype,
    most: number,
  ) {
    this.bytes = new Uint8Array(most * BYTES[dtype]);
    this.wide = dtype === 'F32' ? new Float32Array(this.bytes.buffer) : new Float32Array(most);
  }

  /** The first `count` of what `bytes` holds; until it is filled anew. */
  floats(count: number): Float32Array {
    const { dtype, bytes, wide } = this;
    if (dtype !== 'F32') widen(new Uint16Array(bytes.buffer, 0, count), dtype, new Uint32Array(wide.buffer));
    return wide.subarray(0, count);
  }
}

let known: Uint32Array | null = null;

/** Of every float16 the bits of the float32 that it is. */
function halves(): Uint32Array {
  if (known !== null) return known;
  const floats = new Float32Array(1 << 16);
  for (let half = 0; half < floats.length; half++) {
    const sign = half >>> 15 === 0 ? 1 : -1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) floats[half] = fraction === 0 ? sign * Infinity : NaN;
    else floats[half] = sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }
  return (known = new Uint32Array(floats.buffer));
}
