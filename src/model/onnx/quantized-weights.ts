import type { FileHandle } from 'node:fs/promises';
import type { Linear } from '../../architecture/description';
import type { Checkpoint, TensorPlace } from '../../checkpoint/checkpoint';
import { openPlain } from '../../files/read-limited';
import { AssayError } from '../../protocol/errors';
import { quantizeColumns, type QuantizedMatrix, quantizeRows, ROWS_AT_ONCE } from './quantize';
import { BYTES, FloatReader } from './stored-numbers';

/** How an engine is given eight bits: signed, or with 128 added where it sums signed ones inexactly. The products are the same. */
export type Codes = 'int8' | 'uint8';

/** Numbers [inputs, outputs] of a layer in the engine's codes, and the scale of each output. */
export type CodedMatrix = { readonly codes: Int8Array | Uint8Array; readonly scales: Float32Array };

/**
 * Linear layers of a checkpoint as int8, made from its files when a graph first asks for them, a piece at a time, and shared by all
 * graphs: one byte a parameter.
 */
export class QuantizedWeights {
  private readonly known = new Map<string, CodedMatrix>();
  private probing: Promise<Codes> | null = null;

  constructor(
    private readonly tensors: Checkpoint['tensors'],
    private readonly probe: () => Promise<Codes>,
  ) {}

  codes(): Promise<Codes> {
    return (this.probing ??= this.probe());
  }

  /** Errors: `checkpoint-changed` where a file ends too early, ReadFailure. */
  async matrixOf(layer: Linear): Promise<CodedMatrix> {
    let matrix = this.known.get(layer.weight);
    if (matrix === undefined) {
      const { values, scales } = await this.read(layer);
      matrix = { scales, codes: (await this.codes()) === 'int8' ? values : unsigned(values) };
      this.known.set(layer.weight, matrix);
    }
    return matrix;
  }

  private async read({ weight, inputs, outputs, stored }: Linear): Promise<QuantizedMatrix> {
    const place = this.tensors.get(weight);
    if (place === undefined) throw new Error(`tensor ${weight} was not checked`);
    const { handle } = await openPlain(place.file);
    try {
      if (stored === 'inputs-first') return quantizeColumns(await numbers(handle, place, 0, new FloatReader(place.dtype, inputs * outputs), inputs * outputs), outputs);
      const matrix: QuantizedMatrix = { values: new Int8Array(inputs * outputs), scales: new Float32Array(outputs) };
      const atOnce = Math.min(outputs, ROWS_AT_ONCE * Math.max(1, Math.floor(NUMBERS_AT_ONCE / (ROWS_AT_ONCE * inputs))));
      const reader = new FloatReader(place.dtype, atOnce * inputs);
      for (let row = 0; row < outputs; row += atOnce) {
        const rows = Math.min(atOnce, outputs - row);
        quantizeRows(await numbers(handle, place, row * inputs, reader, rows * inputs), inputs, row, matrix);
      }
      return matrix;
    } finally {
      await handle.close();
    }
  }
}

/** Numbers that are read at once. */
const NUMBERS_AT_ONCE = 2 ** 18;

/** With 128 added, where they lie. */
function unsigned(values: Int8Array): Uint8Array {
  const codes = new Uint8Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < codes.length; index++) codes[index] = (codes[index] as number) ^ 128;
  return codes;
}

/** `count` numbers of a tensor from its `first` on; the next ones that `reader` reads take their place. */
async function numbers(handle: FileHandle, { file, dtype, offset }: TensorPlace, first: number, reader: FloatReader, count: number): Promise<Float32Array> {
  const bytes = reader.bytes.subarray(0, count * BYTES[dtype]);
  for (let length = 0; length < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, offset + first * BYTES[dtype] + length);
    if (bytesRead === 0) throw new AssayError('checkpoint-changed', { file }, { file });
    length += bytesRead;
  }
  return reader.floats(count);
}
