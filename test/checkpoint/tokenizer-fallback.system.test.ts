import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { tokenizerHalf } from '../../build/tokenizer-half.mjs';
import { openTokenizer, whyNotLoaded } from '../../src/checkpoint/tokenizer/open';
import { temporaryFolder } from './checkpoint-folder';

const MODEL_A = resolve('examples/checkpoints/model-a');

test('where the native package does not load, the other engine answers and says so, without the engine of the models', async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'node_modules'));
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `import { openTokenizer } from ${JSON.stringify(resolve('src/checkpoint/tokenizer/open'))};
    void openTokenizer(${JSON.stringify(MODEL_A)}, 'llama').then(async (tokenizer) => {
      const ids = await tokenizer.encodeBatch(['The film of the year'], false);
      process.stdout.write(JSON.stringify({ engine: tokenizer.engine, warnings: tokenizer.warnings, ids }));
    });`,
  );
  const outfile = join(folder, 'bundle.cjs');
  await build({
    entryPoints: [entry], outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', external: ['tokenizers', 'onnxruntime-node'],
    alias: { sharp: resolve('src/checkpoint/tokenizer/no-images.ts') }, nodePaths: [resolve('node_modules')], logLevel: 'silent', plugins: [tokenizerHalf],
  });
  const said = JSON.parse(execFileSync(process.execPath, [outfile], { cwd: folder, encoding: 'utf8' })) as { engine: string; warnings: { code: string; message: string }[]; ids: number[][] };
  assert.equal(said.engine, 'js');
  assert.deepEqual(said.warnings.map((warning) => warning.code), ['tokenizer-fallback']);
  assert.match(said.warnings[0]?.message ?? '', /Cannot find (package|module) 'tokenizers'/);
  assert.deepEqual(said.ids, await (await openTokenizer(MODEL_A, 'llama', { engine: 'native' })).encodeBatch(['The film of the year'], false));
});

test('why it did not load is said by the first binary that was tried', () => {
  const first = new Error("tokenizers.linux-x64-gnu.node: version `GLIBCXX_3.4.30' not found\nRequire stack:");
  const second = Object.assign(new Error("Cannot find module 'tokenizers-linux-x64-gnu'"), { cause: first });
  assert.equal(whyNotLoaded(new Error('Cannot find native binding. Please try `npm i` again', { cause: second })), "tokenizers.linux-x64-gnu.node: version `GLIBCXX_3.4.30' not found");
});
