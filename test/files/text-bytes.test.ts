import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextBytes } from '../../src/files/text-bytes';

describe('text gathered as UTF-8', () => {
  it('gives the bytes of all texts joined, and how many each took', () => {
    const texts = ['plain', '', 'größer ', '日本語', '😀', 'half \ud83d'];
    const bytes = new TextBytes();
    for (const text of texts) assert.equal(bytes.add(text), Buffer.from(text).length, text);
    assert.equal(Buffer.from(bytes.take()).toString(), Buffer.from(texts.join('')).toString());
    assert.equal(bytes.size, 0);
  });

  it('grows for a text of any length and begins again afterwards', () => {
    const bytes = new TextBytes();
    const long = 'ä1日'.repeat(1_000_000);
    bytes.add('before');
    assert.equal(bytes.add(long), 6_000_000);
    bytes.add('behind');
    assert.ok(Buffer.from(`before${long}behind`).equals(bytes.take()));
    bytes.add('next');
    assert.equal(Buffer.from(bytes.take()).toString(), 'next');
  });

  it('keeps what does not fit by three bytes a unit but fits as it is', () => {
    const bytes = new TextBytes();
    const text = 'x'.repeat(30_000);
    for (let turn = 0; turn < 5; turn++) bytes.add(text);
    assert.equal(Buffer.from(bytes.take()).toString(), text.repeat(5));
  });
});
