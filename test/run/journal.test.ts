import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ScoreResponse } from '../../src/model/request';
import { AssayError } from '../../src/protocol/errors';
import type { AnsweredDocument } from '../../src/run/answered-document';
import { JournalReader, JournalWriter, type PlacedEntry } from '../../src/run/journal';

function response(id: string, logprobs: readonly number[]): ScoreResponse {
  const tokenGreedy = logprobs.map((value) => value > -1);
  return {
    kind: 'loglikelihood',
    id,
    logLikelihood: logprobs.reduce((sum, value) => sum + value, 0),
    greedy: tokenGreedy.every(Boolean),
    tokenIds: logprobs.map((_, index) => index),
    tokenLogprobs: logprobs,
    tokenGreedy,
    truncated: 0,
  };
}

function document(index: number, values: AnsweredDocument['values'] = [{ kind: 'number', value: 1 }]): AnsweredDocument {
  return {
    index, hash: index.toString(16).padStart(64, '0'), values, tokens: 2, characters: 10, lacksGold: false, notANumber: false,
    summary: { text: 'ä', target: 'yes', answer: 'no', probability: 0.5 }, samples: ['{"doc_id": 0}'],
  };
}

type Read = { readonly entries: readonly PlacedEntry[]; readonly documents: readonly AnsweredDocument[]; readonly validBytes: number; readonly header: unknown };

async function read(file: string, signal = new AbortController().signal): Promise<Read> {
  const journal = JournalReader.open(file);
  try {
    const entries: PlacedEntry[] = [];
    const reading = journal.entries(signal);
    for (;;) {
      const next = await reading.next();
      if (next.done !== true) {
        entries.push(next.value);
        continue;
      }
      const documents = entries.flatMap((entry) => (entry.kind === 'answer' && entry.document !== null ? [entry.document] : []));
      return { entries, documents, validBytes: next.value, header: journal.header };
    }
  } finally {
    journal.close();
  }
}

describe('journal', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-journal-'));
    file = join(folder, 'journal.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function begin(): JournalWriter {
    JournalWriter.describe(file, { run: 'r' });
    return JournalWriter.continue(file, null, true);
  }

  test('gives back what was written, to the last bit', async () => {
    const written = [
      document(0, [{ kind: 'number', value: Math.fround(-1.2345678) }, { kind: 'number', value: NaN }, { kind: 'number', value: -Infinity }]),
      document(7, [{ kind: 'pair', gold: [0, 2], prediction: 1 }, { kind: 'probabilities', gold: 1, probabilities: [0.25, NaN] }]),
      document(3, [{ kind: 'weighted', logLikelihood: -3.5, weight: 2 }]),
    ];
    const writer = begin();
    for (const each of written) writer.append([response(`a/b/${each.index}/0/0`, [-0.1, NaN]), response(`a/b/${each.index}/1/0`, [Infinity])], each);
    writer.close();
    const { header, documents, entries, validBytes } = await read(file);
    assert.deepEqual(header, { run: 'r' });
    assert.deepEqual(documents, written);
    assert.deepEqual(entries.map(({ key }) => key.task), Array.from({ length: 6 }, () => 'a/b'));
    assert.equal(validBytes, readFileSync(file).length);
  });

  test('says where a document lies, while it is written and when it is read', async () => {
    const writer = begin();
    const places = [0, 1, 2].map((index) => writer.append([response(`t/${index}/0/0`, [-1]), response(`t/${index}/1/0`, [-2])], document(index)));
    writer.flush();
    for (const [index, line] of writer.linesAt(places)) assert.match(line.toString('utf8'), new RegExp(`^{"key":"t/${index}/1/0".*}$`));
    writer.close();
    const { entries } = await read(file);
    assert.deepEqual(entries.filter((entry) => entry.kind === 'answer' && entry.document !== null).map(({ place }) => place), places);
  });

  test('keeps the pieces of a long text, and their places', async () => {
    const writer = begin();
    const piece = { id: 't/0/0/0', from: 4096, tokenIds: [3, 4], tokenLogprobs: [-1, NaN], tokenGreedy: [true, false], text: ' so' };
    writer.appendPiece(piece);
    writer.close();
    const { entries } = await read(file);
    assert.deepEqual(entries.flatMap((entry) => (entry.kind === 'piece' ? [entry.piece] : [])), [piece]);
  });

  test('a journal is described once, and never through a link', () => {
    JournalWriter.describe(file, {});
    assert.throws(() => JournalWriter.describe(file, {}), { code: 'EEXIST' });
    const [link, other] = [join(folder, 'link.jsonl'), join(folder, 'other')];
    writeFileSync(other, 'mine\n');
    symlinkSync(other, link);
    assert.throws(() => JournalWriter.describe(link, {}));
    assert.throws(() => JournalWriter.continue(link, 0, true), { code: 'cannot-write' });
    assert.throws(() => JournalReader.open(link), { code: 'broken-journal' });
    assert.equal(readFileSync(other, 'utf8'), 'mine\n');
  });

  test('a torn last line, and a document that is not whole, are cut off before anything is appended', async () => {
    const writer = begin();
    for (const index of [0, 1]) writer.append([response(`t/${index}/0/0`, [-1]), response(`t/${index}/1/0`, [-1])], document(index));
    writer.close();
    const [, first = ''] = readFileSync(file, 'utf8').split('\n');
    appendFileSync(file, `${first.replace('t/0/0/0', 't/2/0/0')}\n{"key":"t/2/1/0","kind":"loglik`);
    const torn = await read(file);
    assert.deepEqual(torn.documents.map(({ index }) => index), [0, 1]);
    const continued = JournalWriter.continue(file, torn.validBytes, true);
    continued.append([response('t/2/0/0', [-3])], document(2));
    continued.close();
    const whole = await read(file);
    assert.deepEqual(whole.entries.map(({ key }) => key.id), ['t/0/0/0', 't/0/1/0', 't/1/0/0', 't/1/1/0', 't/2/0/0']);
  });

  test('cut anywhere behind its first line it reads as a prefix of what was written', async () => {
    const writer = begin();
    for (let index = 0; index < 20; index++) writer.append([response(`t/${index}/0/0`, [-1, -0.5])], document(index));
    writer.close();
    const whole = readFileSync(file);
    const headerLength = whole.indexOf(0x0a) + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerLength, max: whole.length }), async (length) => {
        writeFileSync(file, whole);
        truncateSync(file, length);
        const { documents, validBytes } = await read(file);
        assert.deepEqual(documents.map(({ index }) => index), Array.from({ length: documents.length }, (_, index) => index));
        assert.ok(validBytes <= length);
      }),
    );
  });

  test('a line that is no answer, or no description, is a damaged journal', async () => {
    for (const line of ['{"key":"t/0/0/0","logprobs":[-1],"greedy":""}', '[]', '{"key":"t","kind":"loglikelihood","ids":[],"logprobs":[],"greedy":"","truncated":0}']) {
      writeFileSync(file, `{"run":"r"}\n${line}\n`);
      await assert.rejects(read(file), (error) => error instanceof AssayError && error.code === 'broken-journal' && error.place.line === 2, line);
    }
    for (const text of ['no description\n', '', '{"run":"r"}']) {
      writeFileSync(file, text);
      await assert.rejects(read(file), { code: 'broken-journal' });
    }
  });

  test('a cancel is heard while a long journal is read', async () => {
    const writer = begin();
    for (let index = 0; index < 3000; index++) writer.append([response(`t/${index}/0/0`, [-1])], document(index));
    writer.close();
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(read(file, controller.signal), { code: 'cancelled' });
  });
});
