import type { TensorDtype } from '../../checkpoint/checkpoint';

export const BYTES: Readonly<Record<TensorDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Numbers as a checkpoint stores them (little-endian), as float32. `bytes` begin at a multiple of four. */
export function asFloats(bytes: Uint8Array, dtype: TensorDtype): Float32Array {
  const count = bytes.byteLength / BYTES[dtype];
  if (dtype === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  const stored = new Uint16Array(bytes.buffer, bytes.byteOffset, count);
  const floats = new Float32Array(count);
  const bits = new Uint32Array(floats.buffer);
  const table = dtype === 'BF16' ? null : halves();
  for (let index = 0; index < count; index++) {
    const value = stored[index] ?? 0;
    bits[index] = table === null ? value << 16 : (table[value] ?? 0);
  }
  return floats;
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
