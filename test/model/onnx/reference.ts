import { openSync, readSync, closeSync } from 'node:fs';
import type { TensorPlace } from '../../../src/checkpoint/checkpoint';
import type { Activation, Attention, Branch, Description, Linear, Mlp, Norm } from '../../../src/architecture/description';

type Vector = Float64Array<ArrayBuffer>;
type Read = (name: string) => Vector;

/**
 * A second reading of a description, in float64 and plain loops, without ONNX: log-probabilities of every token at every node of a
 * tree. `parents[i]` < i, -1 for the root. -> [node][token]
 */
export function referenceLogprobs(description: Description, read: Read, tokens: readonly number[], parents: readonly number[]): Vector[] {
  const { head } = description;
  const last = referenceStates(description, read, tokens, parents).at(-1) ?? [];
  return last.map((x) => {
    const logits = linear(read, head.logits, x).map((z) => softcap(z, head.softcap));
    const largest = logits.reduce((most, z) => Math.max(most, z), -Infinity);
    const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
    return logits.map((z) => z - largest - Math.log(sum));
  });
}

/** Hidden states as transformers numbers them: the embeddings, what each block leaves, and instead of the last of these what the head reads. -> [layer][node] */
export function referenceStates(description: Description, read: Read, tokens: readonly number[], parents: readonly number[]): Vector[][] {
  const paths = tokens.map((_, node) => {
    const path: number[] = [];
    for (let at = node; at >= 0; at = parents[at] ?? -1) path.unshift(at);
    return path;
  });
  let states = tokens.map((token, node) => embed(description, read, token, (paths[node]?.length ?? 0) - 1));
  const layers: Vector[][] = [];
  for (const { attention, mlp, residual } of description.blocks) {
    layers.push(states);
    const attend = (xs: Vector[]): Vector[] => branch(read, attention, xs, (inputs) => attentionOf(read, attention.layer, inputs, paths));
    const feed = (xs: Vector[]): Vector[] => branch(read, mlp, xs, (inputs) => inputs.map((x) => mlpOf(read, mlp.layer, x)));
    if (residual === 'parallel') {
      const attended = attend(states);
      const fed = feed(states);
      states = states.map((x, node) => add(add(x, at(attended, node)), at(fed, node)));
    } else {
      const attended = attend(states);
      const between = states.map((x, node) => optionalNorm(read, attention.sum, add(x, at(attended, node))));
      const fed = feed(between);
      states = between.map((x, node) => optionalNorm(read, mlp.sum, add(x, at(fed, node))));
    }
  }
  const { finalNorm, head: { projection } } = description;
  const finished = states.map((x) => optionalNorm(read, finalNorm, x));
  return [...layers, projection === null ? finished : finished.map((x) => linear(read, projection, x))];
}

/** Reads F32, F16 and BF16 tensors where they lie. */
export function tensorReader(tensors: ReadonlyMap<string, TensorPlace>): Read {
  const known = new Map<string, Vector>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const place = tensors.get(name);
    if (place === undefined) throw new Error(`no tensor ${name}`);
    const bytes = Buffer.alloc(place.length);
    const file = openSync(place.file, 'r');
    readSync(file, bytes, 0, place.length, place.offset);
    closeSync(file);
    const step = place.dtype === 'F32' ? 4 : 2;
    const values = Float64Array.from({ length: place.length / step }, (_, index) => {
      if (place.dtype === 'F32') return bytes.readFloatLE(index * 4);
      const bits = bytes.readUInt16LE(index * 2);
      return place.dtype === 'BF16' ? bfloat16(bits) : float16(bits);
    });
    known.set(name, values);
    return values;
  };
}

function bfloat16(bits: number): number {
  return new Float32Array(Uint32Array.of(bits * 65_536).buffer)[0] ?? NaN;
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function embed({ embedding, hiddenSize }: Description, read: Read, token: number, position: number): Vector {
  const { width, scale, positions, projection } = embedding;
  let x = read(embedding.tokens).slice(token * width, (token + 1) * width).map((value) => value * (scale ?? 1));
  if (projection !== null) x = linear(read, projection, x);
  if (positions === null) return x;
  const row = position + positions.offset;
  return add(x, read(positions.table).slice(row * hiddenSize, (row + 1) * hiddenSize));
}

function attentionOf(read: Read, attention: Attention, xs: Vector[], paths: readonly number[][]): Vector[] {
  const { heads, keyHeads, headSize, scale, window, position, projections } = attention;
  const parts = xs.map((x, node) => {
    const cut = (values: Vector, count: number): Vector[] =>
      Array.from({ length: count }, (_, head) => values.slice(head * headSize, (head + 1) * headSize));
    let query: Vector[];
    let key: Vector[];
    let value: Vector[];
    if (projections.kind === 'separate') {
      query = cut(linear(read, projections.query, x), heads);
      key = cut(linear(read, projections.key, x), keyHeads);
      value = cut(linear(read, projections.value, x), keyHeads);
    } else {
      const all = cut(linear(read, projections.linear, x), heads + 2 * keyHeads);
      const perHead = projections.order === 'per-head';
      query = all.filter((_, index) => (perHead ? index % 3 === 0 : index < heads));
      key = all.filter((_, index) => (perHead ? index % 3 === 1 : index >= heads && index < heads + keyHeads));
      value = all.filter((_, index) => (perHead ? index % 3 === 2 : index >= heads + keyHeads));
    }
    const normed = (vectors: Vector[], headNorm: Attention['queryNorm']): Vector[] => {
      if (headNorm === null) return vectors;
      if (headNorm.over === 'head') return vectors.map((vector) => norm(read, headNorm.norm, vector));
      return cut(norm(read, headNorm.norm, Float64Array.from(vectors.flatMap((vector) => [...vector]))), vectors.length);
    };
    const turned = (vector: Vector): Vector => (position.kind === 'none' ? vector : turn(position, vector, (paths[node]?.length ?? 0) - 1));
    return { query: normed(query, attention.queryNorm).map(turned), key: normed(key, attention.keyNorm).map(turned), value };
  });
  return parts.map((part, node) => {
    const seen = at(paths, node).slice(-(window ?? Infinity));
    const joined = part.query.flatMap((query, head) => {
      const keyHead = Math.floor(head / (heads / keyHeads));
      const scores = seen.map((other) => softcap(dot(query, at(at(parts, other).key, keyHead)) * scale, attention.softcap));
      const largest = Math.max(...scores);
      const shares = scores.map((score) => Math.exp(score - largest));
      const sum = shares.reduce((total, share) => total + share, 0);
      const mixed = new Float64Array(headSize);
      seen.forEach((other, index) => at(at(parts, other).value, keyHead).forEach((v, i) => (mixed[i] = (mixed[i] ?? 0) + (v * at(shares, index)) / sum)));
      return [...mixed];
    });
    return linear(read, attention.output, Float64Array.from(joined));
  });
}

function turn(rotary: Extract<Attention['position'], { kind: 'rotary' }>, vector: Vector, position: number): Vector {
  const result = vector.slice();
  const half = rotary.size / 2;
  rotary.frequencies.forEach((frequency, k) => {
    const [a, b] = rotary.pairs === 'halves' ? [k, k + half] : [2 * k, 2 * k + 1];
    const angle = Math.fround(position * frequency);
    const [c, s] = [Math.cos(angle) * rotary.amplitude, Math.sin(angle) * rotary.amplitude];
    result[a] = at(vector, a) * c - at(vector, b) * s;
    result[b] = at(vector, b) * c + at(vector, a) * s;
  });
  return result;
}

function mlpOf(read: Read, mlp: Mlp, x: Vector): Vector {
  const activate = (values: Vector): Vector => values.map((value) => activation(mlp.activation, value));
  switch (mlp.kind) {
    case 'plain':
      return linear(read, mlp.down, activate(linear(read, mlp.up, x)));
    case 'gated': {
      const up = linear(read, mlp.up, x);
      return linear(read, mlp.down, activate(linear(read, mlp.gate, x)).map((gate, index) => gate * at(up, index)));
    }
    case 'gated-fused': {
      const both = linear(read, mlp.gateUp, x);
      const half = both.length / 2;
      return linear(read, mlp.down, activate(both.slice(0, half)).map((gate, index) => gate * at(both, half + index)));
    }
  }
}

function activation(kind: Activation, x: number): number {
  switch (kind) {
    case 'gelu-erf':
      return (x * (1 + erf(x / Math.SQRT2))) / 2;
    case 'gelu-tanh':
      return (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2;
    case 'gelu-quick':
      return x / (1 + Math.exp(-1.702 * x));
    case 'silu':
      return x / (1 + Math.exp(-x));
    case 'relu':
      return Math.max(x, 0);
    case 'relu-squared':
      return Math.max(x, 0) ** 2;
  }
}

/** Maclaurin series for small arguments, 1 beyond: enough for activations. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function branch<Layer>(read: Read, { before, after }: Branch<Layer>, xs: Vector[], layer: (inputs: Vector[]) => Vector[]): Vector[] {
  return layer(xs.map((x) => optionalNorm(read, before, x))).map((y) => optionalNorm(read, after, y));
}

function optionalNorm(read: Read, norm_: Norm | null, x: Vector): Vector {
  return norm_ === null ? x : norm(read, norm_, x);
}

function norm(read: Read, { kind, ...norm_ }: Norm, x: Vector): Vector {
  const mean = kind === 'rms' ? 0 : x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const weight = norm_.weight === null ? null : read(norm_.weight);
  const bias = 'bias' in norm_ && norm_.bias !== null ? read(norm_.bias) : null;
  const offset = 'weightOffset' in norm_ ? norm_.weightOffset : 0;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + norm_.epsilon)) * ((weight?.[i] ?? 1) + offset) + (bias?.[i] ?? 0));
}

function linear(read: Read, { weight, bias, inputs, outputs, stored }: Linear, x: Vector): Vector {
  const matrix = read(weight);
  const offset = bias === null ? null : read(bias);
  return Float64Array.from({ length: outputs }, (_, o) => {
    let sum = offset?.[o] ?? 0;
    for (let i = 0; i < inputs; i++) sum += at(x, i) * at(matrix, stored === 'outputs-first' ? o * inputs + i : i * outputs + o);
    return sum;
  });
}

function softcap(x: number, cap: number | null): number {
  return cap === null ? x : cap * Math.tanh(x / cap);
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, index) => sum + value * at(b, index), 0);
}

function add(a: Vector, b: Vector): Vector {
  return a.map((value, index) => value + at(b, index));
}

function at<Item>(items: { readonly [index: number]: Item }, index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}
