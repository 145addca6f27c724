import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AssayError } from '../../src/protocol/errors';
import { readSafetensors } from '../../src/checkpoint/safetensors';
import { parseHeader } from '../../src/checkpoint/safetensors-header';
import { safetensors, temporaryFolder } from './checkpoint-folder';

const two = { a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] }, b: { dtype: 'BF16', shape: [3], data_offsets: [16, 22] } };
const one = (change: Readonly<Record<string, unknown>>) => ({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...change } });

type Defect = { readonly name: string; readonly bytes: Buffer; readonly says: RegExp; readonly tensor?: string };

const defects: readonly Defect[] = [
  { name: 'empty file', bytes: Buffer.alloc(0), says: /truncated/ },
  { name: 'three bytes', bytes: Buffer.alloc(3), says: /truncated/ },
  { name: 'header longer than the file', bytes: safetensors(two, 22, 5000n), says: /truncated/ },
  { name: 'absurd header length', bytes: safetensors(two, 22, 2n ** 63n), says: /announces a header of 9223372036854775808 bytes/ },
  { name: 'not JSON', bytes: safetensors('{"a": ', 0), says: /not valid JSON/ },
  { name: 'not UTF-8', bytes: Buffer.concat([safetensors('', 0, 4n), Buffer.from([0x22, 0xff, 0xfe, 0x22])]), says: /not valid JSON/ },
  { name: 'a list', bytes: safetensors('[]', 0), says: /must be a JSON object/ },
  { name: 'a tensor twice', bytes: safetensors('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4), says: /names "a" twice/, tensor: 'a' },
  { name: 'an offset twice', bytes: safetensors('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}', 4), says: /names "data_offsets" twice/ },
  { name: 'entry no object', bytes: safetensors({ w: 3 }, 0), says: /not a JSON object/, tensor: 'w' },
  { name: 'no dtype', bytes: safetensors(one({ dtype: 7 }), 8), says: /no dtype/, tensor: 'w' },
  { name: 'unknown dtype', bytes: safetensors(one({ dtype: 'Q9' }), 8), says: /dtype Q9 is unknown/, tensor: 'w' },
  { name: 'shape a number', bytes: safetensors(one({ shape: 2 }), 8), says: /shape is not a list/, tensor: 'w' },
  { name: 'negative size', bytes: safetensors(one({ shape: [-2] }), 8), says: /not a size/, tensor: 'w' },
  { name: 'fractional size', bytes: safetensors(one({ shape: [1.5] }), 8), says: /not a size/, tensor: 'w' },
  { name: 'size as text', bytes: safetensors(one({ shape: ['2'] }), 8), says: /not a size/, tensor: 'w' },
  { name: 'product beyond every file', bytes: safetensors(one({ shape: [2 ** 40, 2 ** 40] }), 8), says: /far too many bytes/, tensor: 'w' },
  { name: 'many axes', bytes: safetensors(one({ shape: Array.from({ length: 99 }, () => 1) }), 8), says: /99 axes/, tensor: 'w' },
  { name: 'one offset', bytes: safetensors(one({ data_offsets: [0] }), 8), says: /not two byte positions/, tensor: 'w' },
  { name: 'offsets reversed', bytes: safetensors(one({ data_offsets: [8, 0] }), 8), says: /run backwards/, tensor: 'w' },
  { name: 'offsets behind the end', bytes: safetensors(one({ data_offsets: [0, 8] }), 4), says: /ends at byte 8 of 4/, tensor: 'w' },
  { name: 'negative offset', bytes: safetensors(one({ data_offsets: [-8, 0] }), 8), says: /not two byte positions/, tensor: 'w' },
  { name: 'shape too small for the bytes', bytes: safetensors(one({ shape: [1] }), 8), says: /needs 4 bytes, its data_offsets hold 8/, tensor: 'w' },
  { name: 'overlap', bytes: safetensors({ ...two, b: { dtype: 'BF16', shape: [3], data_offsets: [14, 20] } }, 20), says: /overlaps/, tensor: 'b' },
  { name: 'gap', bytes: safetensors({ ...two, b: { dtype: 'BF16', shape: [3], data_offsets: [18, 24] } }, 24), says: /belong to no tensor/, tensor: 'b' },
  { name: 'bytes left over', bytes: safetensors(two, 30), says: /last 8 bytes/ },
  { name: 'Git LFS pointer', bytes: Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'), says: /git lfs pull/ },
];

describe('safetensors', () => {
  test('tensors are where the header says', async (context) => {
    const file = join(temporaryFolder(context), 'model.safetensors');
    const bytes = safetensors({ __metadata__: { format: 'pt' }, ...two, mask: { dtype: 'BOOL', shape: [2], data_offsets: [22, 24] } }, 24);
    writeFileSync(file, bytes);
    const { tensors, otherTensors, stamp } = await readSafetensors(file);
    assert.deepEqual(tensors.map(({ name, dtype, shape, length }) => ({ name, dtype, shape, length })), [
      { name: 'a', dtype: 'F32', shape: [2, 2], length: 16 },
      { name: 'b', dtype: 'BF16', shape: [3], length: 6 },
    ]);
    assert.equal(tensors[1]?.offset, bytes.length - 24 + 16);
    assert.deepEqual([...otherTensors], [['mask', 'BOOL']]);
    assert.equal(stamp.size, bytes.length);
    assert.equal(stamp.name, 'model.safetensors');
  });

  test('an empty tensor is no defect', async (context) => {
    const file = join(temporaryFolder(context), 'model.safetensors');
    writeFileSync(file, safetensors({ none: { dtype: 'F32', shape: [0, 2 ** 50, 2 ** 50], data_offsets: [0, 0] }, ...one({}) }, 8));
    assert.equal((await readSafetensors(file)).tensors.length, 2);
  });

  for (const { name, bytes, says, tensor } of defects) {
    test(`refused: ${name}`, async (context) => {
      const file = join(temporaryFolder(context), 'model.safetensors');
      writeFileSync(file, bytes);
      await assert.rejects(readSafetensors(file), (error: unknown) => {
        assert.ok(error instanceof AssayError);
        assert.equal(error.code, 'broken-checkpoint');
        assert.match(error.message, says);
        assert.match(error.message, /model\.safetensors/);
        assert.equal(error.place.file, file);
        if (tensor !== undefined) assert.equal(error.place.tensor, tensor);
        return true;
      });
    });
  }

  test('a missing file, a folder', async (context) => {
    const folder = temporaryFolder(context);
    await assert.rejects(readSafetensors(join(folder, 'none.safetensors')), /none\.safetensors cannot be read: the file does not exist/);
    await assert.rejects(readSafetensors(folder), AssayError);
  });

  const source = { path: '/m.safetensors', file: '/m.safetensors', dataStart: 8, dataLength: 64 };
  const survives = (bytes: Uint8Array) => {
    try {
      parseHeader(bytes, source);
    } catch (error) {
      assert.ok(error instanceof AssayError, String(error));
      assert.equal(error.code, 'broken-checkpoint');
    }
  };

  test('no bytes crash the parser', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: 500 });
  });

  test('no JSON crashes the parser', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), (text) => survives(Buffer.from(text))), { numRuns: 500 });
    const nearly = fc.dictionary(
      fc.string(),
      fc.record({ dtype: fc.constantFrom('F32', 'I64', 'F4', 'X'), shape: fc.array(fc.oneof(fc.integer(), fc.double())), data_offsets: fc.array(fc.oneof(fc.maxSafeInteger(), fc.nat(64))) }, { requiredKeys: [] }),
    );
    fc.assert(fc.property(nearly, (header) => survives(Buffer.from(JSON.stringify(header)))), { numRuns: 500 });
  });

  test('every tensor accepted lies inside the file and apart from the others', () => {
    const sizes = fc.array(fc.nat(6), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.nat(5), fc.integer({ min: -4, max: 4 }), (lengths, moved, by) => {
        let at = 0;
        const header: Record<string, unknown> = {};
        for (const [index, length] of lengths.entries()) {
          const begin = at + (index === moved ? by : 0);
          header[`t${index}`] = { dtype: 'F32', shape: [length], data_offsets: [begin, begin + 4 * length] };
          at += 4 * length;
        }
        const intact = by === 0 || moved >= lengths.length;
        const parse = () => parseHeader(Buffer.from(JSON.stringify(header)), { ...source, dataLength: at });
        if (intact) assert.equal(parse().tensors.length, lengths.length);
        else if (lengths[moved] !== 0) assert.throws(parse, AssayError);
      }),
    );
  });
});
