import type { TensorDtype, TensorPlace } from '../../checkpoint/checkpoint';
import type { Linear } from '../../architecture/description';
import type { Codes } from './quantized-weights';
import { elementType, type ElementType, type GraphBuilder, type Value } from './graph';

/**
 * How 16-bit matrices become float32, in which all arithmetic is done (the CPU has no 16-bit Gemm).
 * `folded`: once, when the session is made: 4 bytes a parameter of private memory.
 * `lazy`: in every run, one matrix at a time: slower by some percent, no copy stays.
 */
export type Casting = 'folded' | 'lazy';

const ELEMENT: Readonly<Record<TensorDtype, ElementType>> = { F32: 'float', F16: 'float16', BF16: 'bfloat16' };

/** Where the weights are, and how they are read. */
export type WeightSource = {
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  readonly locate: (file: string) => string;
  readonly casting: Casting;
  /** Linear layers multiply eight bits by eight bits, in these codes, and all else stays float32; null: they are float32 too. */
  readonly codes: Codes | null;
};

export function codesName(weight: string): string {
  return `${weight}.codes`;
}

export function scalesName(weight: string): string {
  return `${weight}.scales`;
}

type RowCodes = { readonly codes: Value; readonly scale: Value };

/** The code of 0 where codes are unsigned. */
const MIDDLE = 128;
const LEAST_SCALE = 1e-30;

/** Weights as values of a graph; their bytes stay in the checkpoint's files. */
export class Weights {
  private readonly casts = new Map<string, Value>();
  private readonly codes = new Map<Value, RowCodes>();
  private readonly layers = new Map<string, Linear>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly source: WeightSource,
  ) {}

  /** Layers whose numbers the graph is fed as int8 (quantizedFeeds). */
  get quantized(): readonly Linear[] {
    return [...this.layers.values()];
  }

  /** x [N, inputs] -> [N, outputs]. */
  linear(x: Value, linear: Linear): Value {
    if (this.source.codes !== null) return this.quantizedLinear(x, linear, this.source.codes);
    const inputs = [x, this.matrix(linear.weight, x)];
    if (linear.bias !== null) inputs.push(this.small(linear.bias));
    return this.graph.op('Gemm', inputs, linear.stored === 'outputs-first' ? { transB: { int: 1 } } : {});
  }

  /** Rows of a table, as float32. */
  rows(name: string, indices: Value): Value {
    const rows = this.graph.op('Gather', [this.stored(name), indices]);
    return this.place(name).dtype === 'F32' ? rows : this.toFloat(rows);
  }

  /** A vector, as float32 (cast once). */
  small(name: string): Value {
    const stored = this.stored(name);
    if (this.place(name).dtype === 'F32') return stored;
    let cast = this.casts.get(name);
    if (cast === undefined) {
      cast = this.toFloat(stored);
      this.casts.set(name, cast);
    }
    return cast;
  }

  /**
   * ONNX Runtime runs all casts of constants first and keeps every result alive. A reshape whose shape is computed from the activation
   * holds the cast back until its layer runs; reshaping itself copies nothing.
   */
  private matrix(name: string, activation: Value): Value {
    const { dtype, shape } = this.place(name);
    if (dtype === 'F32' || this.source.casting === 'folded') return this.small(name);
    const { graph } = this;
    const zeros = graph.op('Mul', [graph.op('Shape', [activation]), graph.int64(shape.map(() => 0))]);
    const sameShape = graph.op('Add', [zeros, graph.int64(shape)]);
    return this.toFloat(graph.op('Reshape', [this.stored(name), sameShape]));
  }

  /**
   * Each row of x and each output of the layer has a scale of its own, so that a row's numbers do not depend on what is beside it. Sums of
   * products of eight bits are exact.
   */
  private quantizedLinear(x: Value, linear: Linear, codes: Codes): Value {
    const { graph } = this;
    const { weight, bias, inputs, outputs } = linear;
    this.layers.set(weight, linear);
    const matrix = graph.input(codesName(weight), codes, [inputs, outputs]);
    const scales = graph.input(scalesName(weight), 'float', [outputs]);
    const rows = this.codesOf(x);
    const sums = graph.op('MatMulInteger', [rows.codes, matrix, graph.byte('uint8', MIDDLE), codes === 'int8' ? graph.byte('int8', 0) : graph.byte('uint8', MIDDLE)]);
    const product = graph.op('Mul', [graph.op('Mul', [this.toFloat(sums), scales]), rows.scale]);
    return bias === null ? product : graph.op('Add', [product, this.small(bias)]);
  }

  /** x [N, inputs] as uint8 around 128, and the scale [N, 1] of each row. A row of zeros stays one. */
  private codesOf(x: Value): RowCodes {
    const known = this.codes.get(x);
    if (known !== undefined) return known;
    const { graph } = this;
    const most = graph.op('ReduceMax', [graph.op('Abs', [x]), graph.int64([-1])], { keepdims: { int: 1 } });
    const scale = graph.op('Max', [graph.op('Mul', [most, graph.float(1 / 127)]), graph.float(LEAST_SCALE)]);
    const codes = { scale, codes: graph.op('QuantizeLinear', [graph.op('Div', [x, scale]), graph.float(1), graph.byte('uint8', MIDDLE)]) };
    this.codes.set(x, codes);
    return codes;
  }

  private stored(name: string): Value {
    const { dtype, shape, file, offset, length } = this.place(name);
    return this.graph.external(name, ELEMENT[dtype], shape, { location: this.source.locate(file), offset, length });
  }

  private toFloat(value: Value): Value {
    return this.graph.op('Cast', [value], { to: { int: elementType.float } });
  }

  private place(name: string): TensorPlace {
    const place = this.source.tensors.get(name);
    if (place === undefined) throw new Error(`tensor ${name} was not checked`);
    return place;
  }
}
