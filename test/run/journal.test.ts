import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ScoreResponse } from '../../src/model/language-model';
import { AssayError } from '../../src/protocol/errors';
import { JournalWriter, readJournal } from '../../src/run/journal';

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

describe('journal', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-journal-'));
    file = join(folder, 'journal.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gives back what was written, to the last bit', () => {
    const written = [response('t/0/0/0', [-0.1, -2.5, Math.fround(-1.2345678)]), response('t/0/1/0', [Math.fround(-0.3)])];
    const writer = JournalWriter.create(file, { run: 'r' });
    writer.append(written);
    writer.close();
    const { header, answers } = readJournal<{ run: string }>(file);
    assert.equal(header.run, 'r');
    assert.deepEqual([...answers.values()], written);
  });

  test('keeps what a diverged checkpoint answers, which JSON has no number for', () => {
    const written = [response('t/0/0/0', [NaN, -1]), response('t/0/1/0', [-Infinity, -2]), response('t/0/2/0', [Infinity])];
    const writer = JournalWriter.create(file, {});
    writer.append(written);
    writer.close();
    assert.deepEqual([...readJournal(file).answers.values()], written);
  });

  test('a journal is created once', () => {
    JournalWriter.create(file, {}).close();
    assert.throws(() => JournalWriter.create(file, {}));
  });

  test('a torn last line is cut off before anything is appended', () => {
    const writer = JournalWriter.create(file, { run: 'r' });
    writer.append([response('t/0/0/0', [-1]), response('t/1/0/0', [-2])]);
    writer.close();
    appendFileSync(file, '{"key":"t/2/0/0","kind":"loglik');
    const torn = readJournal(file);
    assert.deepEqual([...torn.answers.keys()], ['t/0/0/0', 't/1/0/0']);
    const continued = JournalWriter.continue(file, torn.validBytes);
    continued.append([response('t/2/0/0', [-3])]);
    continued.close();
    assert.deepEqual([...readJournal(file).answers.keys()], ['t/0/0/0', 't/1/0/0', 't/2/0/0']);
    assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 4);
  });

  test('cut anywhere behind its first line it reads as a prefix of what was written', () => {
    const writer = JournalWriter.create(file, { run: 'r' });
    const keys = Array.from({ length: 20 }, (_, index) => `t/${index}/0/0`);
    for (const key of keys) writer.append([response(key, [-1, -0.5])]);
    writer.close();
    const whole = readFileSync(file);
    const headerLength = whole.indexOf(0x0a) + 1;
    fc.assert(
      fc.property(fc.integer({ min: headerLength, max: whole.length }), (length) => {
        writeFileSync(file, whole);
        truncateSync(file, length);
        const { answers, validBytes } = readJournal(file);
        assert.deepEqual([...answers.keys()], keys.slice(0, answers.size));
        assert.ok(validBytes <= length);
      }),
    );
  });

  test('a line that is no answer, or no description, is a damaged journal', () => {
    writeFileSync(file, '{"run":"r"}\n{"key":"t/0/0/0","logprobs":[-1],"greedy":""}\n');
    assert.throws(() => readJournal(file), (error) => error instanceof AssayError && error.code === 'broken-journal' && error.place.line === 2);
    writeFileSync(file, 'no description\n');
    assert.throws(() => readJournal(file), (error) => error instanceof AssayError && error.code === 'broken-journal');
    writeFileSync(file, '');
    assert.throws(() => readJournal(file), (error) => error instanceof AssayError && error.code === 'broken-journal');
  });
});
