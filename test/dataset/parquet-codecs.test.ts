import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';

/** Not among the types of Node 20. */
declare const WebAssembly: { Instance: (...args: readonly unknown[]) => object };

test('under a limit on addresses, where WebAssembly cannot be made, Snappy is read all the same', async (context) => {
  const refused = context.mock.method(WebAssembly, 'Instance', () => {
    throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance');
  });
  // Loaded only now: what an import makes is made under the limit too.
  const { loadSplit } = await import('./load-split');
  assert.equal(refused.mock.callCount(), 0);
  const rows = await loadSplit({ path: 'parquet', name: null, dataFiles: { test: [resolve('test/fixtures/dataset/parquet/codec_snappy.parquet')] }, kwargs: {}, base: '.' }, 'test');
  assert.ok(rows.length > 0);
  assert.ok(refused.mock.callCount() > 0);
});
