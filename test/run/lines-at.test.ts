import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type LinePlace, linesAt } from '../../src/run/lines-at';

function withFile(lines: readonly string[], check: (descriptor: number, places: LinePlace[], file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'assay-lines-'));
  const file = join(folder, 'lines');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  let offset = 0;
  const places = lines.map((line) => {
    const length = Buffer.byteLength(line);
    const place = { offset, length };
    offset += length + 1;
    return place;
  });
  const descriptor = openSync(file, 'r');
  try {
    check(descriptor, places, file);
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
}

test('every line that is asked for, whatever the order, lengths, gaps and repetitions', () => {
  const lines = Array.from({ length: 3_000 }, (_, index) => `${index} é`.repeat(index % 500 === 0 ? 60_000 : index % 40));
  withFile(lines, (descriptor, places) => {
    for (const wanted of [[], [0], [2_999, 0, 1], [7, 7], lines.map((_, index) => (index * 1_231) % 3_000), [10, 2_000, 11, 1_500, 12]]) {
      const got = new Array<string>(wanted.length);
      for (const [position, line] of linesAt(descriptor, wanted.map((index) => places[index] ?? { offset: 0, length: 0 }))) got[position] = line.toString('utf8');
      assert.deepEqual(got, wanted.map((index) => lines[index]));
    }
  });
});

test('a file that has become shorter is said', () => {
  withFile(['one', 'two', 'three'], (descriptor, places, file) => {
    truncateSync(file, 6);
    assert.throws(() => [...linesAt(descriptor, places)], /became shorter/);
  });
});
