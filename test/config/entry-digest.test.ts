import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryDigest } from '../../src/config/entry-digest';
import { parseEvalConfig } from '../../src/config/eval-config';

const digests = (text: string): string[] => {
  const { config } = parseEvalConfig(text, '/x/a.eval.yaml');
  return config.tasks.map((entry) => entryDigest(entry, config));
};

test('an entry that moves, or is expected to be better, asks the same', () => {
  const [sst2, piqa] = digests('tasks:\n  - sst2\n  - { task: piqa, limit: 5, description: a }\n');
  assert.deepEqual(digests('tasks:\n  - new\n  - { description: a, task: piqa, limit: 5, expect: { acc: "> 0.5" } }\n  - task: sst2\n').slice(1), [piqa, sst2]);
});

test('whatever an entry asks is in its digest', () => {
  const entries = ['a', 'b', 'a.yaml', '{ task: a, limit: 5 }', '{ task: a, num_fewshot: 5 }', '{ task: a, description: "1" }', '{ task: a, metadata: 1 }', '{ task: a, metadata: 1.0 }', '{ task: a, metadata: "1" }', '{ perplexity: a }', '{ perplexity: a, stride: 4 }', '{ perplexity: a, name: b }'];
  const all = digests(`tasks:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
  assert.equal(new Set(all).size, entries.length);
  for (const change of ['limit: 3', 'num_fewshot: 2', 'seed: 5', 'system_instruction: x', 'apply_chat_template: true']) {
    assert.notDeepEqual(digests(`tasks: [a]\n${change}`), digests('tasks: [a]'), change);
  }
  assert.deepEqual(digests('tasks: [{ task: a, limit: 5 }]\nlimit: 3'), digests('tasks: [{ task: a, limit: 5 }]\nlimit: 4'));
});
