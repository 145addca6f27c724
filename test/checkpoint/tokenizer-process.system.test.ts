/** Tokenising in a process of its own: the same ids and texts, and what a tokenizer.json that is made to hurt costs. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Tokenizer } from '../../src/checkpoint/tokenizer';
import { openTokenizer } from '../../src/checkpoint/tokenizer/open';
import { openTokenizerProcess, type TokenizerProcessOptions } from '../../src/checkpoint/tokenizer/tokenizer-process';
import { AssayError } from '../../src/protocol/errors';
import { builtModelProcess, isAlive } from '../model/local/built-model-process';
import { until } from '../run/running-assay';
import { checkpointFolder, temporaryFolder } from './checkpoint-folder';

const MODEL_A = 'examples/checkpoints/model-a';
const LISTED = JSON.parse(readFileSync(`${MODEL_A}/tokenizer.json`, 'utf8')) as object;
/** Exponential in the number of x; the engine gives up and ends its process. */
const BACKTRACKS = { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: '(x+x+)+y' }, behavior: 'Isolated', invert: false }, { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }] } };
const DEADLY = `${'x'.repeat(2000)}!`;
/** 2^40 letters for each a. */
const SWELLS = { normalizer: { type: 'Sequence', normalizers: Array.from({ length: 40 }, () => ({ type: 'Replace', pattern: { String: 'a' }, content: 'aa' })) } };

let built: Awaited<ReturnType<typeof builtModelProcess>>;
before(async () => (built = await builtModelProcess()));
after(() => built.remove());

async function opened(context: TestContext, folder: string, options: Partial<TokenizerProcessOptions> = {}): Promise<Tokenizer> {
  const tokenizer = await openTokenizerProcess({ folder, modelType: 'llama', script: built.tokenizer, ...options });
  context.after(() => tokenizer.close());
  return tokenizer;
}

/** model-a's tokenizer with some keys of tokenizer.json replaced. */
function folderWith(context: TestContext, change: object): string {
  const config = { tokenizer_class: 'TokenizersBackend', bos_token: '<|endoftext|>' };
  return checkpointFolder(temporaryFolder(context), { 'tokenizer.json': JSON.stringify({ ...LISTED, ...change }), 'tokenizer_config.json': JSON.stringify(config) });
}

const failure = (code: string, pattern: RegExp, file: string) => (error: unknown) =>
  error instanceof AssayError && error.code === code && pattern.test(error.message) && error.place.file === file;

describe('it answers as the one in this process', () => {
  const texts = ['', ' ', 'The film of the year', '日本語 👩‍👩‍👧', 'x<|endoftext|>y', 'a\ud800b', ...Array.from({ length: 400 }, (_, index) => `text ${index} ${'and more '.repeat(index % 30)}`)];
  for (const engine of ['native', 'js'] as const) {
    test(engine, async (context) => {
      const [here, there] = await Promise.all([openTokenizer(MODEL_A, 'llama', { engine }), opened(context, MODEL_A, { engine })]);
      const facts = ({ engine: kind, version, warnings, bosId, eosId, padId, bosToken, eosToken, padToken, vocabularySize, modelMaxLength }: Tokenizer) =>
        ({ kind, version, warnings, bosId, eosId, padId, bosToken, eosToken, padToken, vocabularySize, modelMaxLength });
      assert.deepEqual(facts(there), facts(here));
      const ids = await here.encodeBatch(texts, false);
      assert.deepEqual(await there.encodeBatch(texts, false), ids);
      assert.deepEqual(await there.encodeBatch(texts.slice(0, 9), true), await here.encodeBatch(texts.slice(0, 9), true));
      assert.deepEqual(await there.decodeBatch(ids, true), await here.decodeBatch(ids, true));
      assert.deepEqual(await there.decodeBatch(ids, false), await here.decodeBatch(ids, false));
      assert.equal(await there.decode([1, 2, 3]), await here.decode([1, 2, 3]));
      assert.deepEqual(await there.tokensOf(ids[9] ?? []), await here.tokensOf(ids[9] ?? []));
      assert.deepEqual([await there.encodeBatch([], false), await there.decodeBatch([], true), await there.tokensOf([])], [[], [], []]);
    });
  }

  test('what is asked side by side gets its own answer', async (context) => {
    const tokenizer = await opened(context, MODEL_A);
    const asked = Array.from({ length: 20 }, (_, index) => Array.from({ length: index * 30 }, (__, text) => `${index} ${text}`));
    const ids = await Promise.all(asked.map((each) => tokenizer.encodeBatch(each, false)));
    assert.deepEqual(await Promise.all(ids.map((each) => tokenizer.decodeBatch(each, false))), asked);
  });
});

describe('a text that kills it', () => {
  test('is named with the file; the others get their ids, also those sent with it, and the next ones', async (context) => {
    const folder = folderWith(context, BACKTRACKS);
    const file = join(folder, 'tokenizer.json');
    const tokenizer = await opened(context, folder);
    const well = tokenizer.encodeBatch(['x y', 'b'], false);
    await assert.rejects(tokenizer.encodeBatch(['a', 'b', DEADLY, 'c'], false), failure('tokenizer-died', /^The tokenizer could not read this: "x{80}"…\. Its process ended unexpectedly \(SIGABRT.*aborting/, file));
    const [x, b] = await well;
    assert.deepEqual(await tokenizer.encodeBatch(['x y', 'b'], false), [x, b]);
    assert.equal(await tokenizer.decode(x ?? []), 'x y');
  });

  test('one that swells beyond its memory', async (context) => {
    const folder = folderWith(context, SWELLS);
    const tokenizer = await opened(context, folder, { megabytes: 250, seconds: 3600 });
    await assert.rejects(tokenizer.encodeBatch(['a'], false), failure('tokenizer-died', /out of memory: more than 250 MB/, join(folder, 'tokenizer.json')));
    assert.equal((await tokenizer.encodeBatch(['b'], false)).length, 1);
  });

  test('one that takes too long, and a close in the middle of it', async (context) => {
    const folder = folderWith(context, BACKTRACKS);
    const file = join(folder, 'tokenizer.json');
    // This engine does not give up.
    const tokenizer = await opened(context, folder, { engine: 'js', seconds: 0.7 });
    await assert.rejects(tokenizer.encodeBatch([DEADLY], false), failure('tokenizer-too-slow', /^The tokenizer could not read this within 1 s: "x{80}"…\.$/, file));
    const stuck = tokenizer.encodeBatch([DEADLY], false);
    const closed = assert.rejects(stuck, { code: 'model-closed' });
    await tokenizer.close();
    await closed;
    await assert.rejects(tokenizer.encodeBatch(['b'], false), { code: 'model-closed' });
  });

  test('ids that are no token are a failure to read them, or nothing, and no death', async (context) => {
    const tokenizer = await opened(context, MODEL_A);
    const texts = await tokenizer.decodeBatch([[65, 1 << 30]], false).catch((error: unknown) => error);
    assert.ok(Array.isArray(texts) || failure('tokenizer-failed', /\[65, 1073741824\]/, join(MODEL_A, 'tokenizer.json'))(texts));
    assert.equal(await tokenizer.decode([65]), 'a');
  });
});

describe('a process that was started again', () => {
  test('reads nothing where the files are no longer the same', async (context) => {
    const folder = folderWith(context, BACKTRACKS);
    const changed = new AssayError('checkpoint-changed', { file: 'tokenizer.json' });
    const tokenizer = await opened(context, folder, { changed: () => changed });
    await tokenizer.encodeBatch(['b'], false);
    await assert.rejects(tokenizer.encodeBatch([DEADLY], false), { code: 'tokenizer-died' });
    await assert.rejects(tokenizer.encodeBatch(['b'], false), changed);
  });

  test('finds a file that is gone: the checkpoint is broken, no text is to blame', async (context) => {
    const folder = folderWith(context, BACKTRACKS);
    const tokenizer = await opened(context, folder);
    await assert.rejects(tokenizer.encodeBatch([DEADLY], false), { code: 'tokenizer-died' });
    rmSync(join(folder, 'tokenizer.json'));
    await assert.rejects(tokenizer.encodeBatch(['b'], false), { code: 'broken-checkpoint' });
  });
});

describe('a tokenizer.json that cannot be opened', () => {
  test('says why', async (context) => {
    const folder = folderWith(context, { pre_tokenizer: { type: 'Split', pattern: { Regex: '(x' }, behavior: 'Isolated', invert: false } });
    await assert.rejects(opened(context, folder), failure('broken-checkpoint', /tokenizer\.json cannot be used/, join(folder, 'tokenizer.json')));
  });

  test('and kills the process, or takes for ever: the checkpoint is broken, and nothing is left', async (context) => {
    const folder = folderWith(context, {});
    const file = join(folder, 'tokenizer.json');
    const script = (name: string, body: string): string => {
      const path = join(folder, name);
      writeFileSync(path, body);
      return path;
    };
    await assert.rejects(opened(context, folder, { script: script('dies.cjs', 'process.abort();') }), failure('broken-checkpoint', /the process that reads it ended \(SIGABRT/, file));
    const pidFile = join(folder, 'pid');
    const stuck = script('stuck.cjs', `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); for (;;);`);
    await assert.rejects(opened(context, folder, { script: stuck, openSeconds: 0.5 }), failure('broken-checkpoint', /takes longer than 0\.5 s/, file));
    const aborting = new AbortController();
    rmSync(pidFile, { force: true });
    const opening = opened(context, folder, { script: stuck, signal: aborting.signal });
    const pid = await until('the process', () => Number(read(pidFile)) || undefined);
    aborting.abort(new AssayError('cancelled'));
    await assert.rejects(opening, { code: 'cancelled' });
    await until('its end', () => !isAlive(pid) || undefined);
  });
});

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
