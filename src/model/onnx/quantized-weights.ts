import type { FileHandle } from 'node:fs/promises';
import type { Linear } from '../../architecture/description';
import type { Checkpoint, TensorPlace } from '../../checkpoint/checkpoint';
import { openPlain } from '../../files/read-limited';
import { AssayError } from '../../protocol/errors';
import { quantizeColumns, type QuantizedMatrix, quantizeRows, ROWS_AT_ONCE } from './quantize';
import { asFloats, BYTES } from './stored-numbers';

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
      matrix = { scales, codes: (await this.codes()) === 'int8' ? values : Uint8Array.from(values, (value) => value + 128) };
      this.known.set(layer.weight, matrix);
    }
    return matrix;
  }

  private async read({ weight, inputs, outputs, stored }: Linear): Promise<QuantizedMatrix> {
    const place = this.tensors.get(weight);
    if (place === undefined) throw new Error(`tensor ${weight} was not checked`);
    const { handle } = await openPlain(place.file);
    try {
      if (stored === 'inputs-first') return quantizeColumns(await numbers(handle, place, 0, inputs * outputs), outputs);
      const matrix: QuantizedMatrix = { values: new Int8Array(inputs * outputs), scales: new Float32Array(outputs) };
      for (let row = 0; row < outputs; row += ROWS_AT_ONCE) {
        const rows = Math.min(ROWS_AT_ONCE, outputs - row);
        quantizeRows(await numbers(handle, place, row * inputs, rows * inputs), inputs, row, matrix);
      }
      return matrix;
    } finally {
      await handle.close();
    }
  }
}

/** `count` numbers of a tensor from its `first` on. */
async function numbers(handle: FileHandle, { file, dtype, offset }: TensorPlace, first: number, count: number): Promise<Float32Array> {
  const bytes = new Uint8Array(count * BYTES[dtype]);
  for (let length = 0; length < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, offset + first * BYTES[dtype] + length);
    if (bytesRead === 0) throw new AssayError('checkpoint-changed', { file }, { file });
    length += bytesRead;
  }
  return asFloats(bytes, dtype);
}
