/**
 * Protocol-buffer wire format, writing only. The subset ONNX needs is smaller than the glue to a library
 * (protobufjs runs a post-install script and would bring a second copy of onnx.proto), hence our own.
 */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /** An int32, int64, enum or bool field. Negative numbers take ten bytes, as two's complement of 64 bits. */
  integer(field: number, value: number): this {
    this.varint(field * 8 + VARINT);
    return this.varint(value);
  }

  float(field: number, value: number): this {
    this.varint(field * 8 + FIXED32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.append(bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint(field * 8 + DELIMITED);
    this.varint(value.length);
    return this.append(value);
  }

  message(field: number, value: ProtobufWriter): this {
    this.varint(field * 8 + DELIMITED);
    this.varint(value.length);
    for (const part of value.parts) this.parts.push(part);
    this.length += value.length;
    return this;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.parts, this.length);
  }

  private append(bytes: Uint8Array): this {
    this.parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  private varint(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer field value: ${value}`);
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    return this.append(Uint8Array.from(bytes));
  }
}

const VARINT = 0;
const DELIMITED = 2;
const FIXED32 = 5;
