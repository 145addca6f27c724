import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generationValues, trueOrFalse } from '../../src/cli/option-values';

test('generation kwargs are read as the harness reads them: digits are whole numbers, other numbers floats', () => {
  assert.equal(generationValues('temperature=0.7,do_sample=True,max_gen_toks=64,top_p=1.0,x=-1', undefined), '{"temperature": 0.7, "do_sample": true, "max_gen_toks": 64, "top_p": 1.0, "x": -1.0}');
  assert.equal(generationValues('until=END=', undefined), '{"until": "END="}');
});

test('generation kwargs as JSON, and given twice', () => {
  assert.equal(generationValues(' {"until": ["\\n", ","]} ', undefined), '{"until": ["\\n", ","]}');
  assert.equal(generationValues('temperature=1', generationValues('{"temperature": 0.5}', undefined)), '{"temperature": 0.5, "temperature": 1}');
  assert.equal(generationValues('{}', undefined), '{}');
});

test('what is neither is refused', () => {
  for (const value of ['temperature', '=1', '{"a"', '{a=1}', '']) assert.throws(() => generationValues(value, undefined), { code: 'commander.invalidArgument' }, value);
  assert.throws(() => trueOrFalse('yes'), { code: 'commander.invalidArgument' });
  assert.equal(trueOrFalse('False'), false);
});
