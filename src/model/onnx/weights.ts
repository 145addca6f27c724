import type { TensorDtype, TensorPlace } from '../../checkpoint/checkpoint';
import type { Linear } from '../../architecture/description';
import { elementType, type ElementType, type GraphBuilder, type Value } from './graph';

/**
 * How 16-bit matrices become float32, in which all arithmetic is done (the CPU has no 16-bit Gemm).
 * `folded`: once, when the session is made: 4 bytes a parameter of private memory.
 * `lazy`: in every run, one matrix at a time: slower by some percent, no copy stays.
 */
export type Casting = 'folded' | 'lazy';

const ELEMENT: Readonly<Record<TensorDtype, ElementType>> = { F32: 'float', F16: 'float16', BF16: 'bfloat16' };

/** Weights as values of a graph; their bytes stay in the checkpoint's files. */
export class Weights {
  private readonly casts = new Map<string, Value>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly tensors: ReadonlyMap<string, TensorPlace>,
    private readonly locate: (file: string) => string,
    private readonly casting: Casting,
  ) {}

  /** x [N, inputs] -> [N, outputs]. */
  linear(x: Value, linear: Linear): Value {
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
    if (dtype === 'F32' || this.casting === 'folded') return this.small(name);
    const { graph } = this;
    const zeros = graph.op('Mul', [graph.op('Shape', [activation]), graph.int64(shape.map(() => 0))]);
    const sameShape = graph.op('Add', [zeros, graph.int64(shape)]);
    return this.toFloat(graph.op('Reshape', [this.stored(name), sameShape]));
  }

  private stored(name: string): Value {
    const { dtype, shape, file, offset, length } = this.place(name);
    return this.graph.external(name, ELEMENT[dtype], shape, { location: this.locate(file), offset, length });
  }

  private toFloat(value: Value): Value {
    return this.graph.op('Cast', [value], { to: { int: elementType.float } });
  }

  private place(name: string): TensorPlace {
    const place = this.tensors.get(name);
    if (place === undefined) throw new Error(`tensor ${name} was not checked`);
    return place;
  }
}
