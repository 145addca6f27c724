import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPath, outlineOf } from '../../../src/editor/config/outline';

const config = `checkpoints:
  - a
tasks:
  - perplexity: data/heldout.txt
  - sst2
  - ../tasks/piqa.yaml
  - task: hellaswag
    expect: { acc: ">= 0.3" }
`;

test('a config has an entry for each task, called as its results are', () => {
  const outline = outlineOf('/w/a.eval.yaml', config);
  assert.ok(typeof outline !== 'string');
  assert.deepEqual(outline.entries.map(({ configPath, label, offset }) => [configPath, label, config.slice(offset, offset + 6)]), [
    ['tasks[0]', 'heldout', 'perple'],
    ['tasks[1]', 'sst2', 'sst2\n '],
    ['tasks[2]', 'piqa', '../tas'],
    ['tasks[3]', 'hellaswag', 'task: '],
  ]);
});

test('task and group files are known by what they hold, other YAML is left alone', () => {
  const kind = (text: string): string => {
    const outline = outlineOf('/w/x.yaml', text);
    return typeof outline === 'string' ? outline : outline.kind;
  };
  assert.equal(kind('task: sst2\noutput_type: multiple_choice\n'), 'task');
  assert.equal(kind('group: g\ntask: [a, b]\n'), 'group');
  assert.equal(kind('services:\n  web: {image: x}\n'), 'not-eval');
  assert.equal(kind('a: [1,\n'), 'broken');
});

test('an expectation is found with its key, wherever the text has moved it', () => {
  for (const text of [config, `# above\n${config}`]) {
    const range = findPath('/w/a.eval.yaml', text, 'tasks[3].expect.acc');
    assert.equal(range && text.slice(range.start, range.end), 'acc: ">= 0.3"');
  }
  assert.equal(findPath('/w/a.eval.yaml', config, 'tasks[9].expect.acc'), null);
});
