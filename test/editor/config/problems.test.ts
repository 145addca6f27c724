import { FakeDocument, fake } from '../fake-vscode';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { KnownResults } from '../../../src/editor/config/known-results';
import { ParsedConfigs } from '../../../src/editor/config/parsed-configs';
import { Problems } from '../../../src/editor/config/problems';
import { Memory } from '../../../src/editor/evaluations/memory';
import type { Problem } from '../../../src/protocol/problem';
import { store } from '../store';

const file = '/w/many.eval.yaml';
const problem = (start: number, severity: Problem['severity']): Problem => ({ file, range: { start, end: start + 1 }, severity, code: 'unknown-key', args: { key: 'a', known: '' } });

test('of very many problems the most severe are shown', async () => {
  const text = 'tasks: [a]\n'.repeat(500);
  const found = Array.from({ length: 5_000 }, (_, at) => problem(at, at % 10 === 9 ? 'error' : 'warning'));
  let checked = (): void => undefined;
  const isChecked = new Promise<void>((resolve) => (checked = resolve));
  const document = new FakeDocument(file, text);
  fake.documents = [document];
  const inspection = { check: () => Promise.resolve(found).finally(() => checked()) };
  const problems = new Problems({ inspection, parsed: new ParsedConfigs(), known: new KnownResults(new Memory(store())), onError: (thrown) => assert.fail(String(thrown)) });
  problems.soon(document as unknown as vscode.TextDocument, 0);
  await isChecked;
  await new Promise(setImmediate);
  const shown = fake.diagnostics.get(file) ?? [];
  assert.equal(shown.length, 1_000);
  assert.equal(shown.filter(({ severity }) => severity === 0).length, 500);
  problems.dispose();
});
