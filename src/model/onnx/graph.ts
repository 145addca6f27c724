import { ProtobufWriter } from './protobuf';

/** onnx.proto, TensorProto.DataType. */
export const elementType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10, bfloat16: 16 } as const;
export type ElementType = keyof typeof elementType;

/** The name of a value that flows through the graph. */
export type Value = string;

export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

export type Attributes = Readonly<Record<string, Attribute>>;

/** Bytes of an initialiser inside a file; `location` is relative to the session's external-data folder. */
export type ExternalBytes = { readonly location: string; readonly offset: number; readonly length: number };

/** A number is a fixed size, a string names a size that varies between runs. */
export type Dimension = number | string;

/** An operator domain: '' is ONNX itself. */
export type Domain = '' | 'com.microsoft';

const IR_VERSION = 10;
const OPSET = 21;

/** Collects one ONNX graph and writes it as a ModelProto (IR version 10, opset 21 and com.microsoft 1). */
export class GraphBuilder {
  private readonly nodes: ProtobufWriter[] = [];
  private readonly initializers = new Map<Value, ProtobufWriter>();
  private readonly inputs = new Map<Value, ProtobufWriter>();
  private readonly outputs = new Map<Value, ProtobufWriter>();
  private counter = 0;

  /** Declares a graph input once; asking again for the same name returns it. */
  input(name: Value, type: ElementType, dims: readonly Dimension[]): Value {
    if (!this.inputs.has(name)) this.inputs.set(name, valueInfo(name, type, dims));
    return name;
  }

  get inputNames(): ReadonlySet<Value> {
    return new Set(this.inputs.keys());
  }

  output(name: Value, type: ElementType, dims: readonly Dimension[], source: Value): void {
    this.nodes.push(node('Identity', [source], [name], {}, ''));
    this.outputs.set(name, valueInfo(name, type, dims));
  }

  /** Makes a value of the graph an output under its own name. */
  expose(value: Value, type: ElementType, dims: readonly Dimension[]): Value {
    this.outputs.set(value, valueInfo(value, type, dims));
    return value;
  }

  /** An initialiser whose bytes lie in a file of their own. */
  external(name: Value, type: ElementType, dims: readonly number[], bytes: ExternalBytes): Value {
    if (!this.initializers.has(name)) {
      const tensor = tensorHeader(name, type, dims);
      for (const [key, value] of Object.entries(bytes)) {
        tensor.message(13, new ProtobufWriter().text(1, key).text(2, String(value)));
      }
      tensor.integer(14, 1);
      this.initializers.set(name, tensor);
    }
    return name;
  }

  /** Int64 constants: a vector, or a scalar when given a number. */
  int64(values: number | readonly number[]): Value {
    const vector = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [vector.length];
    return this.constant(`int64:${dims.length}:${vector.join(',')}`, 'int64', dims, BigInt64Array.from(vector, BigInt));
  }

  /** A scalar of eight bits. */
  byte(type: 'uint8' | 'int8', value: number): Value {
    return this.constant(`${type}:${value}`, type, [], Uint8Array.of(value));
  }

  /** A float32 constant: a scalar, or `value` repeated when `length` is given. */
  float(value: number, length?: number): Value {
    const dims = length === undefined ? [] : [length];
    const data = new Float32Array(length ?? 1).fill(value);
    return this.constant(`float:${dims.length}:${length ?? 1}:${value}`, 'float', dims, data);
  }

  /** Adds a node with one output. */
  op(type: string, inputs: readonly Value[], attributes: Attributes = {}, domain: Domain = ''): Value {
    const name = this.fresh(type);
    this.nodes.push(node(type, inputs, [name], attributes, domain));
    return name;
  }

  /** Adds a node with `count` outputs. */
  ops(count: number, type: string, inputs: readonly Value[], attributes: Attributes = {}, domain: Domain = ''): Value[] {
    const names = Array.from({ length: count }, () => this.fresh(type));
    this.nodes.push(node(type, inputs, names, attributes, domain));
    return names;
  }

  finish(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const each of this.nodes) graph.message(1, each);
    graph.text(2, 'assay');
    for (const each of this.initializers.values()) graph.message(5, each);
    for (const each of this.inputs.values()) graph.message(11, each);
    for (const each of this.outputs.values()) graph.message(12, each);
    return new ProtobufWriter()
      .integer(1, IR_VERSION)
      .text(2, 'assay')
      .message(7, graph)
      .message(8, new ProtobufWriter().text(1, '').integer(2, OPSET))
      .message(8, new ProtobufWriter().text(1, 'com.microsoft').integer(2, 1))
      .finish();
  }

  private fresh(type: string): Value {
    return `${type}:${this.counter++}`;
  }

  private constant(name: Value, type: ElementType, dims: readonly number[], data: BigInt64Array | Float32Array | Uint8Array): Value {
    if (!this.initializers.has(name)) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      this.initializers.set(name, tensorHeader(name, type, dims).bytes(9, bytes));
    }
    return name;
  }
}

/** TensorProto: dims = 1, data_type = 2, name = 8. */
function tensorHeader(name: Value, type: ElementType, dims: readonly number[]): ProtobufWriter {
  const tensor = new ProtobufWriter();
  for (const dim of dims) tensor.integer(1, dim);
  return tensor.integer(2, elementType[type]).text(8, name);
}

/** ValueInfoProto: name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 } } }. */
function valueInfo(name: Value, type: ElementType, dims: readonly Dimension[]): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dim of dims) {
    const proto = new ProtobufWriter();
    shape.message(1, typeof dim === 'number' ? proto.integer(1, dim) : proto.text(2, dim));
  }
  const tensorType = new ProtobufWriter().integer(1, elementType[type]).message(2, shape);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType));
}

/** NodeProto: input = 1, output = 2, name = 3, op_type = 4, attribute = 5, domain = 7. */
function node(
  type: string,
  inputs: readonly Value[],
  outputs: readonly Value[],
  attributes: Attributes,
  domain: Domain,
): ProtobufWriter {
  const proto = new ProtobufWriter();
  for (const name of inputs) proto.text(1, name);
  for (const name of outputs) proto.text(2, name);
  proto.text(3, outputs[0] ?? type).text(4, type);
  for (const [name, value] of Object.entries(attributes)) proto.message(5, attribute(name, value));
  if (domain !== '') proto.text(7, domain);
  return proto;
}

/** AttributeProto: name = 1, f = 2, i = 3, s = 4, ints = 8, type = 20. */
function attribute(name: string, value: Attribute): ProtobufWriter {
  const proto = new ProtobufWriter().text(1, name);
  if ('float' in value) return proto.float(2, value.float).integer(20, 1);
  if ('int' in value) return proto.integer(3, value.int).integer(20, 2);
  if ('text' in value) return proto.text(4, value.text).integer(20, 3);
  for (const each of value.ints) proto.integer(8, each);
  return proto.integer(20, 7);
}
