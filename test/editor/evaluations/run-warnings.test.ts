import { fake } from '../fake-vscode';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { RunWarnings } from '../../../src/editor/evaluations/run-warnings';
import type { RunEvent } from '../../../src/protocol/events';
import { planned } from '../events';

beforeEach(() => (fake.messages = []));

function warning(checkpoint: string, tensors = 3): RunEvent {
  const args = { count: tensors, examples: 'a, b' };
  return { run: `run-${checkpoint}`, evaluation: 'evaluation', checkpoint, time: '', type: 'warning', task: null, code: 'unused-tensors', args, message: '' };
}

test('a warning of a checkpoint is logged and told once, and stays with the checkpoint', () => {
  const lines: string[] = [];
  const warnings = new RunWarnings({ warn: (line: string) => void lines.push(line) });
  for (const event of [planned('model-a'), warning('model-a'), warning('model-a')]) warnings.apply(event);
  warnings.tell();
  warnings.tell();
  assert.equal(lines.length, 1);
  assert.deepEqual(fake.messages.map(({ severity, message }) => [severity, message === lines[0]]), [['warning', true]]);
  assert.match(warnings.of('model-a')[0] ?? '', /^3 tensors of the weights are not used/);
  assert.deepEqual(warnings.of('model-b'), []);
});

test('many warnings are one notification; those of a run that is only read back are none', () => {
  const warnings = new RunWarnings({ warn: () => undefined });
  for (const event of [warning('model-a'), warning('model-a', 4), warning('model-a', 5)]) warnings.apply(event);
  warnings.tell();
  assert.match(fake.messages[0]?.message ?? '', /and 2 more warnings/);
  warnings.apply({ ...planned('model-b'), origin: 'replay' } as RunEvent);
  warnings.apply(warning('model-b'));
  warnings.tell();
  assert.equal(fake.messages.length, 1);
});

test('where weights are held from who trains them, a snapshot is offered and becomes the habit', async () => {
  const warnings = new RunWarnings({ warn: () => undefined });
  const answer = fake.answer;
  fake.answer = ({ items }) => items[0];
  try {
    warnings.apply({ ...warning('model-a'), code: 'weights-held', args: { file: 'model.safetensors' } } as RunEvent);
    warnings.tell();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    fake.answer = answer;
  }
  assert.deepEqual(fake.messages[0]?.items, ['Evaluate Snapshots', 'Show Log']);
  assert.equal(fake.settings.get('snapshot'), true);
});
