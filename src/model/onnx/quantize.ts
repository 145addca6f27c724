/** A matrix as int8 [inputs, outputs]: `values[i, o] · scales[o]` is near the stored number, by half of `scales[o]` at most. */
export type QuantizedMatrix = { readonly values: Int8Array; readonly scales: Float32Array };

/** int8 is taken symmetrically: −127 … 127. */
const MOST = 127;

/** Rows of outputs that are turned around together: their codes for an input fill a line of the processor's cache. */
export const ROWS_AT_ONCE = 64;
/** Inputs that are turned around together: so many lines are written side by side. More of them push one another out of the cache. */
const INPUTS_AT_ONCE = 8;

/** Rows `first` … of a matrix [outputs, inputs], `weights`, become columns of `into`: each output has a scale of its own. */
export function quantizeRows(weights: Float32Array, inputs: number, first: number, into: QuantizedMatrix): void {
  const { values, scales } = into;
  const outputs = scales.length;
  const rows = weights.length / inputs;
  const factors = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let most = 0;
    for (let index = row * inputs; index < (row + 1) * inputs; index++) {
      const size = Math.abs(weights[index] as number);
      if (size > most || Number.isNaN(size)) most = size;
    }
    scales[first + row] = most / MOST;
    factors[row] = most > 0 ? MOST / most : 0;
  }
  for (let top = 0; top < rows; top += ROWS_AT_ONCE) {
    const bottom = Math.min(top + ROWS_AT_ONCE, rows);
    for (let left = 0; left < inputs; left += INPUTS_AT_ONCE) {
      const right = Math.min(left + INPUTS_AT_ONCE, inputs);
      for (let row = top; row < bottom; row++) {
        const factor = factors[row] as number;
        const place = first + row;
        for (let input = left; input < right; input++) values[input * outputs + place] = nearest((weights[row * inputs + input] as number) * factor);
      }
    }
  }
}

/** A matrix [inputs, outputs]. */
export function quantizeColumns(weights: Float32Array, outputs: number): QuantizedMatrix {
  const most = new Float32Array(outputs);
  for (let start = 0; start < weights.length; start += outputs) {
    for (let output = 0; output < outputs; output++) most[output] = Math.max(most[output] ?? 0, Math.abs(weights[start + output] ?? 0));
  }
  const factors = most.map((value) => (value > 0 ? MOST / value : 0));
  const values = new Int8Array(weights.length);
  for (let start = 0; start < weights.length; start += outputs) {
    for (let output = 0; output < outputs; output++) values[start + output] = nearest((weights[start + output] as number) * (factors[output] as number));
  }
  return { values, scales: most.map((value) => value / MOST) };
}

/** Of a number that 32 bits hold: far quicker than Math.round, whose result the engine cannot keep as an integer. */
function nearest(value: number): number {
  return (value < 0 ? value - 0.5 : value + 0.5) | 0;
}
