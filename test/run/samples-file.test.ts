/** The samples file is made from the journal: same lines, documents' order, the harness's hash of the task. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { LinePlace } from '../../src/run/lines-at';
import { writeSamples } from '../../src/run/samples-file';
import type { TaskRun } from '../../src/run/task-run';

const root = mkdtempSync(join(tmpdir(), 'assay-samples-test-'));
after(() => rmSync(root, { recursive: true }));

const hex = (index: number, what: string): string => createHash('sha256').update(`${what}${index}`).digest('hex');

test('lines of every filter in the order of the documents; a document may hold what looks like the end of a line', async () => {
  const filters = ['none', 'strict "quoted"'];
  const sample = (index: number, filter: string): string =>
    `{"doc_id": ${index}, "doc": {"doc_hash": "${'f'.repeat(64)}", "text": ${JSON.stringify(`a,"samples":["x"]}} "doc_hash": "no" \n\t\f\b\r / é 日本 ${index % 3 === 0 ? '\u0000 \\u0041 😀 \ud800' : ''} ${index}`)}, "filter": ${JSON.stringify(filter)}` +
    `, "doc_hash": "${hex(index, 'doc')}", "prompt_hash": "${hex(index, 'prompt')}", "target_hash": "${hex(index, 'target')}", "acc": 1.0}`;
  const lines = Array.from({ length: 300 }, (_, index) =>
    JSON.stringify({ key: `t/${index}/0/0`, kind: 'loglikelihood', ids: [1], logprobs: [-1], greedy: '0', truncated: 0, document: { hash: hex(index, 'doc'), summary: null, samples: filters.map((filter) => sample(index, filter)) } }),
  );
  // A document without a line in the samples file.
  lines[7] = JSON.stringify({ key: 't/7/0/0', document: { samples: [] } });
  const run = {
    facts: { filters },
    order: lines.map((_, index) => index),
    placeOf: (index: number): LinePlace => ({ offset: index, length: lines[index]?.length ?? 0 }),
  } as unknown as TaskRun;
  const journal = {
    // In another order, as they lie in a journal.
    linesAt: (places: readonly LinePlace[]) => places.map((place, position) => [position, Buffer.from(lines[place.offset] ?? '')] as const).reverse(),
  };
  const file = join(root, 'samples.jsonl');
  const hash = await writeSamples(file, run, journal, new AbortController().signal);
  const documents = lines.map((_, index) => index).filter((index) => index !== 7);
  const wanted = filters.flatMap((filter) => documents.map((index) => sample(index, filter)));
  assert.deepEqual(readFileSync(file, 'utf8').split('\n'), [...wanted.map((line) => Buffer.from(line).toString('utf8')), '']);
  const hashes = filters.flatMap(() => documents.map((index) => hex(index, 'doc') + hex(index, 'prompt') + hex(index, 'target')));
  assert.equal(hash, createHash('sha256').update(hashes.join('')).digest('hex'));
});
