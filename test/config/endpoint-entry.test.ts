import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { endpointAddress } from '../../src/config/endpoint-address';
import { servedCheckpoint } from '../../src/config/endpoint-entry';
import { parseEvalConfig } from '../../src/config/eval-config';
import { AssayError } from '../../src/protocol/errors';
import { marked } from './problem-text';

const textOf = (entry: string): string => `checkpoints:\n  - ${entry}\ntasks: [t]\n`;
const parse = (entry: string) => parseEvalConfig(textOf(entry), '/w/c.eval.yaml');

test('every key of a served model, with its default', () => {
  const { config, problems } = parse('{ endpoint: "https://h:8000/v1/", model: org/m, name: N, tokenizer: ../tok, max_length: 4096, concurrency: 2, timeout: 1.5, api_key_env: MY_KEY }');
  assert.deepEqual(problems, []);
  assert.deepEqual(config.checkpoints, [{
    kind: 'endpoint', endpoint: 'https://h:8000/v1', model: 'org/m', name: 'N', tokenizer: resolve('/tok'), maxLength: 4096, concurrency: 2, timeout: 1.5, apiKeyEnv: 'MY_KEY', configPath: 'checkpoints[0]',
  }]);
  const [plain] = parse('{ endpoint: "http://h/v1", model: m }').config.checkpoints;
  assert.deepEqual(plain?.kind === 'endpoint' && [plain.tokenizer, plain.maxLength, plain.concurrency, plain.timeout, plain.apiKeyEnv], [null, null, 8, 300, null]);
});

test('an address is the part that requests are sent below', () => {
  assert.equal(endpointAddress('http://h:1/v1/completions'), 'http://h:1/v1');
  assert.equal(endpointAddress('HTTP://h/v1/chat/completions/'), 'http://h/v1');
  assert.equal(endpointAddress('http://[::1]:8000'), 'http://[::1]:8000');
  assert.deepEqual(endpointAddress('file:///etc/passwd'), { fault: 'not-http' });
  assert.deepEqual(endpointAddress('http:h'), { fault: 'not-http' });
  assert.deepEqual(endpointAddress('http://user@h/v1'), { fault: 'credentials' });
  assert.deepEqual(endpointAddress('http://h/v1?key=x'), { fault: 'query' });
});

test('what is wrong is told at its place', () => {
  const told = (entry: string): readonly string[] => marked(textOf(entry), parse(entry).problems);
  assert.deepEqual(told('{ endpoint: "http://h/v1", model: m, concurrency: 0, timeout: no, max_length: 2, modell: x }'), ['out-of-range «0»', 'wrong-type «no»', 'out-of-range «2»', 'unknown-key «modell»']);
  assert.deepEqual(told('{ endpoint: "ftp://h/v1", model: m }'), ['wrong-value «"ftp://h/v1"»']);
  assert.deepEqual(told('{ endpoint: "http://h/v1" }'), ['missing-key «{ endpoint: "http://h/v1" }»']);
});

test('a key in the file is an error, however it is written, and no message repeats it', () => {
  const secret = 'sk-0123456789';
  const entries: Readonly<Record<string, string>> = {
    [`{ endpoint: "http://h/v1", model: m, api_key: ${secret} }`]: 'key-in-config',
    [`{ endpoint: "http://h/v1", model: m, API-Key: ${secret} }`]: 'key-in-config',
    [`{ endpoint: "http://h/v1", model: m, headers: { Authorization: ${secret} } }`]: 'key-in-config',
    [`{ endpoint: "http://h/v1", model: m, api_key_env: ${secret} }`]: 'wrong-value',
    [`{ endpoint: "http://user:${secret}@h/v1", model: m }`]: 'wrong-value',
    [`{ endpoint: "http://h/v1?api_key=${secret}", model: m }`]: 'wrong-value',
    [`{ endpoint: "http://h:port/${secret}", model: m }`]: 'wrong-value',
    // These variables are handed to every child.
    '{ endpoint: "http://h/v1", model: m, api_key_env: ASSAY_KEY }': 'wrong-value',
    '{ endpoint: "http://h/v1", model: m, api_key_env: path }': 'wrong-value',
  };
  for (const [entry, code] of Object.entries(entries)) {
    const { problems } = parse(entry);
    assert.deepEqual(problems.map((problem) => problem.code), [code], entry);
    assert.ok(!JSON.stringify(problems).includes(secret), entry);
  }
  assert.throws(() => servedCheckpoint(`http://user:${secret}@h/v1`, 'm'), (error: unknown) => error instanceof AssayError && error.code === 'wrong-value' && !error.message.includes(secret));
});
