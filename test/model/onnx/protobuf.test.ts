import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GraphBuilder } from '../../../src/model/onnx/graph';
import { ProtobufWriter } from '../../../src/model/onnx/protobuf';

type Field = { readonly field: number; readonly value: bigint | Uint8Array };

/** Reads what a writer wrote: the other half of the wire format. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const key = Number(varint());
    const field = Math.floor(key / 8);
    if (key % 8 === 0) fields.push({ field, value: varint() });
    else if (key % 8 === 5) fields.push({ field, value: take(4) });
    else fields.push({ field, value: take(Number(varint())) });
  }
  return fields;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test("the examples of the encoding's own documentation", () => {
  assert.equal(hex(new ProtobufWriter().integer(1, 150).finish()), '089601');
  assert.equal(hex(new ProtobufWriter().text(2, 'testing').finish()), '120774657374696e67');
  assert.equal(hex(new ProtobufWriter().message(3, new ProtobufWriter().integer(1, 150)).finish()), '1a03089601');
  assert.equal(hex(new ProtobufWriter().integer(1, -2).finish()), '08feffffffffffffffff01');
  assert.equal(hex(new ProtobufWriter().float(2, 1).finish()), '150000803f');
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 29 - 1 }), fc.maxSafeInteger(), fc.uint8Array(), (field, number, bytes) => {
      const written = new ProtobufWriter().integer(field, number).bytes(field, bytes).message(field, new ProtobufWriter().bytes(1, bytes)).finish();
      const [first, second, third] = fieldsOf(written);
      assert.deepEqual([first?.field, second?.field, third?.field], [field, field, field]);
      assert.equal(BigInt.asIntN(64, BigInt(first?.value as bigint)), BigInt(number));
      assert.equal(hex(second?.value as Uint8Array), hex(bytes));
      assert.equal(hex(fieldsOf(third?.value as Uint8Array)[0]?.value as Uint8Array), hex(bytes));
    }),
  );
});

test('a fraction or an unsafe number is no integer field', () => {
  assert.throws(() => new ProtobufWriter().integer(1, 0.5), RangeError);
  assert.throws(() => new ProtobufWriter().integer(1, 2 ** 60), RangeError);
});

test('a graph names its format, its opsets and where external bytes lie', () => {
  const graph = new GraphBuilder();
  const weight = graph.external('w', 'bfloat16', [2, 3], { location: 'a/b.safetensors', offset: 5, length: 12 });
  graph.output('y', 'float', ['N', 3], graph.op('Cast', [weight], { to: { int: 1 } }));
  const model = fieldsOf(graph.finish());
  const inside = (fields: Field[], field: number): Field[][] => fields.filter((each) => each.field === field).map(({ value }) => fieldsOf(value as Uint8Array));
  assert.equal(model.find(({ field }) => field === 1)?.value, 10n);
  assert.deepEqual(inside(model, 8).map((opset) => opset[1]?.value), [21n, 1n]);
  const [content = []] = inside(model, 7);
  const [tensor = []] = inside(content, 5);
  assert.deepEqual(tensor.filter(({ field }) => field === 1).map(({ value }) => value), [2n, 3n]);
  assert.equal(tensor.find(({ field }) => field === 2)?.value, 16n);
  assert.equal(tensor.find(({ field }) => field === 14)?.value, 1n);
  const entries = inside(tensor, 13).map((entry) => entry.map(({ value }) => Buffer.from(value as Uint8Array).toString()));
  assert.deepEqual(entries, [['location', 'a/b.safetensors'], ['offset', '5'], ['length', '12']]);
});
