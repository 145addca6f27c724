import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestOf } from '../../../src/evaluator/ask/request-line';

const bad: readonly (readonly [line: string, code: string])[] = [
  ['', 'request-syntax'],
  ['{', 'request-syntax'],
  ['[1]', 'request-syntax'],
  ['"text"', 'request-syntax'],
  ['[[[['.repeat(5_000), 'request-syntax'],
  ['{}', 'request-type'],
  ['{"type":1}', 'request-type'],
  ['{"type":"constructor"}', 'request-type'],
  ['{"type":"loglikelihood"}', 'request-key'],
  ['{"type":"loglikelihood","context":"a","continuation":null}', 'request-key'],
  ['{"type":"loglikelihood","context":"a","continuation":["b"]}', 'request-key'],
  ['{"type":"loglikelihood","context":"a","continuation":"b","contiuation":"c"}', 'unknown-request-key'],
  ['{"type":"loglikelihood_rolling","text":1}', 'request-key'],
  ['{"type":"generate_until","context":"a","generation_kwargs":[]}', 'request-key'],
  ['{"type":"generate_until","context":"a","generation_kwargs":{"max_gen_toks":0}}', 'bad-generation-option'],
  ['{"type":"generate_until","context":"a","generation_kwargs":{"until":[1]}}', 'bad-generation-option'],
  ['{"type":"generate_until","context":"a","generation_kwargs":{"unitl":["a"]}}', 'bad-generation-option'],
  ['{"type":"features","text":"a","layers":[],"pool":"mean"}', 'request-key'],
  ['{"type":"features","text":"a","layers":[0.0],"pool":"mean"}', 'request-key'],
  ['{"type":"features","text":"a","layers":[true],"pool":"mean"}', 'request-key'],
  ['{"type":"features","text":"a","layers":0,"pool":"mean"}', 'request-key'],
  ['{"type":"features","text":"a","layers":[0],"pool":"max"}', 'request-key'],
  ['{"type":"features","text":"a","layers":[0]}', 'request-key'],
  ['{"type":"features","text":"a","pair":1,"layers":[0],"pool":"last"}', 'request-key'],
  ['{"type":"classify"}', 'request-key'],
];
for (const [line, code] of bad) {
  test(`refused by name: ${line.slice(0, 90)}`, () => {
    assert.throws(() => requestOf(line, '0'), { code });
  });
}

test('numbers stay what they are in JSON', () => {
  const request = requestOf('{"type":"generate_until","context":"a","generation_kwargs":{"max_gen_toks":2,"temperature":1.0,"do_sample":true}}', '7');
  assert.ok(request.kind === 'generate_until');
  assert.deepEqual([...request.kwargs], [['max_gen_toks', 2n], ['temperature', 1], ['do_sample', true]]);
});

test('what may be left out, may; a layer named twice is asked once', () => {
  assert.deepEqual(requestOf(' {"type":"generate_until","context":""}\r', '0'), { kind: 'generate_until', id: '0', context: '', kwargs: new Map(), seed: 1234 });
  assert.deepEqual(requestOf('{"type":"features","text":"a","pair":null,"layers":[-1,0,-1],"pool":"first"}', '0'), { kind: 'features', id: '0', text: 'a', layers: [-1, 0], pool: 'first' });
});
