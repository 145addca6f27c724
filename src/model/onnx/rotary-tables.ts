import type { Rotary } from '../../architecture/description';

export type RotaryTable = { readonly positions: number; readonly cosine: Float32Array; readonly sine: Float32Array };

/** [positions, size / 2] cosines and sines; angles in float32, as the reference computes them. */
export function rotaryTable(rotary: Rotary, positions: number): RotaryTable {
  const { frequencies, amplitude } = rotary;
  const cosine = new Float32Array(positions * frequencies.length);
  const sine = new Float32Array(positions * frequencies.length);
  for (let position = 0, index = 0; position < positions; position++) {
    for (const frequency of frequencies) {
      const angle = Math.fround(position * frequency);
      cosine[index] = Math.cos(angle) * amplitude;
      sine[index++] = Math.sin(angle) * amplitude;
    }
  }
  return { positions, cosine, sine };
}

/** A first table this long is made at once; it spares short texts the growing. */
const FIRST_POSITIONS = 2048;

/** Tables that grow with the longest row seen: what a config says its model could hold costs nothing before it is asked. */
export class RotaryTables {
  private readonly tables = new Map<Rotary, RotaryTable>();
  private readonly atLeast: number;

  /** @param expected tokens of the longest text that may come. */
  constructor(expected: number) {
    this.atLeast = Math.max(1, Math.min(Math.ceil(expected), FIRST_POSITIONS));
  }

  of(rotary: Rotary, positions: number): RotaryTable {
    const known = this.tables.get(rotary);
    if (known !== undefined && known.positions >= positions) return known;
    const table = rotaryTable(rotary, Math.max(this.atLeast, 2 ** Math.ceil(Math.log2(positions))));
    this.tables.set(rotary, table);
    return table;
  }
}
