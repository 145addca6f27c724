import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editorTexts, manifestKeys, messageTexts, pageTexts, readTexts, type JsonTexts } from './translatable';

const bundle = readTexts('l10n/bundle.l10n.zh-cn.json');
const page = readTexts('l10n/webview.zh-cn.json');

test('every key of the manifest is in both languages, and no other', () => {
  const keys = manifestKeys().sort();
  assert.ok(keys.length > 20);
  assert.deepEqual(Object.keys(readTexts('package.nls.json')).sort(), keys);
  assert.deepEqual(Object.keys(readTexts('package.nls.zh-cn.json')).sort(), keys);
});

test('texts of the editor are literals, so that they can be translated', () => {
  // translate.ts looks a message up by its code.
  assert.deepEqual(editorTexts().computed.filter((call) => !call.startsWith('src/editor/translate.ts')), []);
  assert.ok(editorTexts().texts.length > 30);
});

test('every text of the editor, every message and every text of the results page is translated', () => {
  assert.deepEqual([...editorTexts().texts, ...messageTexts()].filter((text) => !(text in bundle)), []);
  assert.deepEqual(pageTexts().filter((text) => !(text in page)), []);
});

test('a translation keeps the placeholders of its text', () => {
  const wrong = [...Object.entries(bundle), ...Object.entries(page)].filter(([text, translated]) => placeholders(text) !== placeholders(translated));
  assert.deepEqual(wrong, []);
});

test('welcome texts offer the same commands in both languages', () => {
  const [english, chinese] = [readTexts('package.nls.json'), readTexts('package.nls.zh-cn.json')];
  for (const key of Object.keys(english)) assert.equal(commands(english, key), commands(chinese, key), key);
});

test('no translation is left over', () => {
  const used = new Set<string>([...editorTexts().texts, ...messageTexts()]);
  assert.deepEqual(Object.keys(bundle).filter((text) => !used.has(text)), []);
  const shown = new Set<string>(pageTexts());
  assert.deepEqual(Object.keys(page).filter((text) => !shown.has(text)), []);
});

/** The set of `{0}` and `{name}`, in any order: languages order them differently. */
function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
}

function commands(texts: JsonTexts, key: string): string {
  return (texts[key]?.match(/\(command:[\w.]+\)/g) ?? []).sort().join();
}
