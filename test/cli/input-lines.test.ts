import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputLines } from '../../src/cli/input-lines';
import type { AskedLine } from '../../src/protocol/ask';

async function linesOf(chunks: readonly Buffer[], limit = 16): Promise<(string | undefined)[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const lines: AskedLine[] = [];
  for await (const line of inputLines(stream(), limit)) lines.push(line);
  return lines.map((line) => ('text' in line ? line.text : line.error.code));
}

test('lines are cut at line feeds, wherever a chunk ends; blank ones are left out', async () => {
  const bytes = Buffer.from('{"é":1}\r\n\n  \n{"b":"🙂"}\nlast');
  for (const size of [1, 2, 3, 7, 100]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
    assert.deepEqual(await linesOf(chunks), ['{"é":1}\r', '{"b":"🙂"}', 'last']);
  }
});

test('a line that is too long is an error of its own, and is not kept', async () => {
  const megabyte = Buffer.alloc(1 << 20, 'x');
  assert.deepEqual(await linesOf([megabyte, Buffer.from('x\nnext\n'), megabyte, Buffer.from('\n'), megabyte, megabyte], 1), ['line-too-long', 'next', megabyte.toString(), 'line-too-long']);
});

test('a line that is not UTF-8 is an error of its own; a mark of byte order is none', async () => {
  assert.deepEqual(await linesOf([Buffer.from('\ufeff{}\n'), Buffer.from([0xff, 0xfe, 10]), Buffer.from('{}')]), ['{}', 'line-not-utf8', '{}']);
});
