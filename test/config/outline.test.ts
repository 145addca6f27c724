import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvalConfig } from '../../src/config/eval-config';
import { outlineOf, type Outlined } from '../../src/config/outline';
import { ParsedConfigs } from '../../src/editor/config/parsed-configs';

function outline(text: string, file = '/w/a.eval.yaml'): Outlined {
  return outlineOf(parseEvalConfig(text, file));
}

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
  const outlined = outline(config);
  assert.ok(typeof outlined !== 'string');
  assert.deepEqual(outlined.entries.map(({ configPath, label, offset }) => [configPath, label, config.slice(offset, offset + 6)]), [
    ['tasks[0]', 'heldout', 'perple'],
    ['tasks[1]', 'sst2', 'sst2\n '],
    ['tasks[2]', 'piqa', '../tas'],
    ['tasks[3]', 'hellaswag', 'task: '],
  ]);
});

test('task and group files are known by what they hold, other YAML is left alone', () => {
  const kind = (text: string): string => {
    const outlined = outline(text, '/w/x.yaml');
    return typeof outlined === 'string' ? outlined : outlined.kind;
  };
  assert.equal(kind('task: sst2\noutput_type: multiple_choice\n'), 'task');
  assert.equal(kind('group: g\ntask: [a, b]\n'), 'group');
  assert.equal(kind('services:\n  web: {image: x}\n'), 'not-eval');
  assert.equal(kind('a: [1,\n'), 'broken');
});

test('an entry is known by what it asks, wherever it stands and whatever is expected of it', () => {
  const digests = (text: string): (string | null)[] => {
    const outlined = outline(text);
    assert.ok(typeof outlined !== 'string');
    return outlined.entries.map(({ digest }) => digest);
  };
  const before = digests(config);
  assert.equal(new Set(before).size, 4);
  assert.deepEqual(digests(config.replace('tasks:\n', 'tasks:\n  - cola\n')).slice(1), before);
  assert.deepEqual(digests(config.replace('0.3', '0.4')), before);
  assert.notEqual(digests(config.replace('- sst2', '- { task: sst2, limit: 5 }'))[1], before[1]);
  assert.notEqual(digests(`${config}limit: 5\n`)[1], before[1]);
});

test('an entry with a name of its own is called by it, whole', () => {
  const outlined = outline('tasks:\n  - perplexity: data/heldout.txt\n    name: books/old\n');
  assert.deepEqual(typeof outlined !== 'string' && outlined.entries.map(({ label }) => label), ['books/old']);
});

test('an expectation is found with its key, wherever the text has moved it', () => {
  const parsed = new ParsedConfigs();
  for (const text of [config, `# above\n${config}`]) {
    const range = parsed.find('/w/a.eval.yaml', text, 'tasks[3].expect.acc');
    assert.equal(range && text.slice(range.start, range.end), 'acc: ">= 0.3"');
  }
  assert.equal(parsed.find('/w/a.eval.yaml', config, 'tasks[9].expect.acc'), null);
});

test('a text is parsed once, however often it is asked for', () => {
  const parsed = new ParsedConfigs();
  const first = parsed.read('/w/a.eval.yaml', config);
  assert.equal(parsed.read('/w/a.eval.yaml', `${config}`), first);
  assert.notEqual(parsed.read('/w/a.eval.yaml', `${config}# more\n`), first);
});
