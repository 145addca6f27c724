import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keys } from '../../webview/l10n-keys';

const root = join(__dirname, '../..');
const chinese = JSON.parse(readFileSync(join(root, 'l10n/webview.zh-cn.json'), 'utf8')) as Record<string, string>;
const places = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place).sort();

test('every sentence of the page has a Chinese one, with the same places, and no other', () => {
  assert.deepEqual(Object.keys(chinese).sort(), [...keys].sort());
  for (const key of keys) assert.deepEqual(places(chinese[key] ?? ''), places(key), key);
});

test('every sentence is used', () => {
  const folder = join(root, 'webview');
  const code = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'l10n-keys.ts').map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  assert.deepEqual(keys.filter((key) => !code.includes(`'${key}'`)), []);
});
