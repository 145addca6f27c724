import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listCheckpoints } from '../../src/catalog/checkpoint-list';
import { Headers } from '../../src/checkpoint/headers';
import { inspectCheckpoint } from '../../src/checkpoint/inspect';
import { openChatTemplate } from '../../src/checkpoint/tokenizer/chat-template';
import { openTokenizer } from '../../src/checkpoint/tokenizer/open';
import { AssayError } from '../../src/protocol/errors';
import { safetensors, temporaryFolder, tinyCheckpoint, tinyWeights } from './checkpoint-folder';

const messages = async (folder: string): Promise<string> => (await inspectCheckpoint(folder)).problems.map(({ message }) => message).join('\n');

describe('files that are made to hurt', () => {
  test('strings without end in config.json are read once (10 MB would take hours otherwise)', async (context) => {
    for (const text of ['"\\"'.repeat(3_000_000), `{"a": NaN, "b": ${'"\\"'.repeat(3_000_000)}`, `{"a": [${'-Infinity,'.repeat(500_000)}`]) {
      const folder = tinyCheckpoint(temporaryFolder(context), { 'config.json': text });
      assert.match(await messages(folder), /config\.json is not valid JSON/);
    }
  });

  test('Python\'s numbers are read wherever they stand, and not inside texts', async (context) => {
    const folder = tinyCheckpoint(temporaryFolder(context), { 'config.json': readFileSync(join(tinyCheckpoint(temporaryFolder(context)), 'config.json'), 'utf8').replace('{', '{"remark": "NaN \\" -Infinity", "a":NaN,"b":[-Infinity,Infinity],') });
    const { problems, warnings } = await inspectCheckpoint(folder);
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings.map(({ args }) => [args['key'], args['value']]), [['remark', '"NaN \\" -Infinity"'], ['b', '[null,null]']]);
  });

  test('a FIFO, a device and a folder are no files', async (context) => {
    for (const name of ['config.json', 'tokenizer_config.json', 'model.safetensors', 'tokenizer.json']) {
      for (const make of [(file: string) => void execFileSync('mkfifo', [file]), (file: string) => symlinkSync('/dev/zero', file), (file: string) => mkdirSync(file)]) {
        const folder = tinyCheckpoint(temporaryFolder(context));
        rmSync(join(folder, name));
        make(join(folder, name));
        if (name === 'tokenizer.json') {
          await assert.rejects(openTokenizer(folder, 'llama'), (error) => error instanceof AssayError && /tokenizer\.json cannot be read: it is not a plain file/.test(error.message));
        } else assert.match(await messages(folder), new RegExp(`${name.replaceAll('.', '\\.')} cannot be read: it is not a plain file`));
      }
    }
  });

  test('a config.json of 65 MB, and one that is not UTF-8', async (context) => {
    const folder = tinyCheckpoint(temporaryFolder(context));
    truncateSync(join(folder, 'config.json'), 65 << 20);
    assert.match(await messages(folder), /config\.json cannot be read: it is larger than 64 MB/);
    writeFileSync(join(folder, 'config.json'), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    assert.match(await messages(folder), /config\.json is not UTF-8/);
  });

  test('a header of 17 MB is refused by what it announces', async (context) => {
    const folder = tinyCheckpoint(temporaryFolder(context), { 'model.safetensors': safetensors('{}', 8, BigInt(17 << 20)) });
    truncateSync(join(folder, 'model.safetensors'), 20 << 20);
    assert.match(await messages(folder), /header of 17825792 bytes/);
  });

  test('a header under many checkpoints is read once; one that changed is read again', async (context) => {
    const root = temporaryFolder(context);
    const first = tinyCheckpoint(join(root, 'a'));
    const headers = new Headers();
    const { tensors } = await headers.of(join(first, 'model.safetensors'), 'model.safetensors');
    for (const name of ['b', 'c']) {
      const folder = tinyCheckpoint(join(root, name));
      rmSync(join(folder, 'model.safetensors'));
      symlinkSync(join(first, 'model.safetensors'), join(folder, 'model.safetensors'));
      assert.equal((await headers.of(join(folder, 'model.safetensors'), 'model.safetensors')).tensors, tensors);
    }
    writeFileSync(join(first, 'model.safetensors'), tinyWeights(undefined, { 'model.norm.weight': [3] }));
    assert.notEqual((await headers.of(join(first, 'model.safetensors'), 'model.safetensors')).tensors, tensors);
    assert.equal((await listCheckpoints(root)).length, 3);
  });

  test('headers in memory are bounded', async (context) => {
    const root = temporaryFolder(context);
    const many = (name: string) => {
      const entries = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`${name}${index}`, { dtype: 'F32', shape: [0], data_offsets: [0, 0] }]));
      writeFileSync(join(root, `${name}.safetensors`), safetensors(entries, 0));
      return join(root, `${name}.safetensors`);
    };
    const headers = new Headers();
    const [a, b] = [many('a'), many('b')];
    const first = await headers.of(a, 'a');
    assert.equal((await headers.of(a, 'a')).tensors, first.tensors);
    const second = await headers.of(b, 'b');
    assert.equal((await headers.of(b, 'b')).tensors, second.tensors);
    assert.notEqual((await headers.of(a, 'a')).tensors, first.tensors);
  });

  test('a list reads no tokenizer: one of a gigabyte does not matter to it', async (context) => {
    const root = temporaryFolder(context);
    const first = tinyCheckpoint(join(root, 'a'));
    truncateSync(join(first, 'tokenizer.json'), 1 << 30);
    for (let index = 0; index < 20; index += 1) {
      const folder = tinyCheckpoint(join(root, `b${index}`));
      rmSync(join(folder, 'tokenizer.json'));
      linkSync(join(first, 'tokenizer.json'), join(folder, 'tokenizer.json'));
    }
    const before = process.memoryUsage().rss;
    const listed = await listCheckpoints(root);
    assert.equal(listed.length, 21);
    assert.deepEqual(listed.flatMap(({ problems }) => problems), []);
    assert.ok(process.memoryUsage().rss - before < 400 * 2 ** 20);
    await assert.rejects(listCheckpoints(root, AbortSignal.abort()), { code: 'cancelled' });
  });

  test('an index of thousands of shards', async (context) => {
    const weightMap = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`t${index}`, `s${index}.safetensors`]));
    const folder = tinyCheckpoint(temporaryFolder(context), { 'model.safetensors.index.json': JSON.stringify({ weight_map: weightMap }) });
    rmSync(join(folder, 'model.safetensors'));
    assert.match(await messages(folder), /names 3000 files/);
  });
});

describe('lines as Python reads them', () => {
  test('a chat template with CRLF or CR renders as with LF', async (context) => {
    const template = "{% for m in messages %}\n[{{ m['role'] }}]\n{{ m['content'] }}\n{% endfor %}\n";
    const rendered = async (text: string): Promise<string> => {
      const folder = tinyCheckpoint(temporaryFolder(context), { 'chat_template.jinja': text });
      return (await openChatTemplate(folder, 'llama'))([{ role: 'user', content: 'a\r\nb' }], false);
    };
    const expected = await rendered(template);
    assert.match(expected, /a\r\nb/);
    assert.equal(await rendered(template.replaceAll('\n', '\r\n')), expected);
    assert.equal(await rendered(template.replaceAll('\n', '\r')), expected);
  });

  test('merges.txt with CRLF or CR makes the same tokens', async (context) => {
    const { model } = JSON.parse(readFileSync('examples/checkpoints/model-a/tokenizer.json', 'utf8')) as { model: { vocab: object; merges: (string | string[])[] } };
    const merges = `#version: 0.2\n${model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' '))).join('\n')}\n`;
    const encoded = async (text: string): Promise<number[][]> => {
      const folder = tinyCheckpoint(temporaryFolder(context), { 'vocab.json': JSON.stringify(model.vocab), 'merges.txt': text });
      rmSync(join(folder, 'tokenizer.json'));
      return (await openTokenizer(folder, 'gpt2')).encodeBatch(['The film of the year'], false);
    };
    const expected = await encoded(merges);
    assert.ok((expected[0]?.length ?? 99) < 8);
    assert.deepEqual(await encoded(merges.replaceAll('\n', '\r\n')), expected);
    assert.deepEqual(await encoded(merges.replaceAll('\n', '\r')), expected);
  });
});
