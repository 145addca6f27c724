import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { parseEvalConfig } from '../../src/config/eval-config';
import { resolveTasks } from '../../src/evaluator/tasks';
import { withOverrides } from '../../src/evaluator/overrides';
import { AssayError } from '../../src/protocol/errors';
import { reportError } from '../../src/protocol/results';
import { folderWith } from '../config/temporary-folder';

const BASE = 'dataset_path: json\ntest_split: test\noutput_type: loglikelihood\ndoc_to_text: "{{a}}"\ndoc_to_target: "{{b}}"\n';
const FILES = {
  'good.yaml': `task: good\n${BASE}`,
  'bad.yaml': `task: bad\n${BASE}num_fewshot: "three"\n`,
  'open.yaml': `task: open\n${BASE}description: "x\n`,
  'group.yaml': 'group: group\ntask: [good, bad, { group: inner, task: [bad] }]\n',
};

test('a task file with errors fails alone, with file, line and cause: by name, by file, in a group, from the command line', async () => {
  const folder = folderWith(FILES);
  const asked = async (text: string, tasks?: readonly string[]): Promise<{ run: string[]; failed: unknown[]; groups: unknown[] }> => {
    const { config, source } = parseEvalConfig(`include_path: ${JSON.stringify(folder)}\n${text}`, path.join(folder, 'c.eval.yaml'));
    const overrides = tasks === undefined ? {} : { tasks };
    const { tasks: run, failures, groups } = await resolveTasks(withOverrides(config, overrides), overrides, source);
    return {
      run: run.map(({ definition }) => definition.task),
      failed: failures.map(({ task, error: { code, place } }) => [task, code, path.basename(place.file ?? ''), place.line]),
      groups: groups.map(({ group, children }) => [group, children.length]),
    };
  };
  const bad = ['bad', 'wrong-type', 'bad.yaml', 7];
  const open = ['open', 'yaml-syntax', 'open.yaml', 7];
  for (const name of ['bad', 'bad.yaml', '{ task: bad, description: x }']) {
    assert.deepEqual(await asked(`tasks: [good, ${name}, open]`), { run: ['good'], failed: [bad, open], groups: [] }, name);
  }
  assert.deepEqual(await asked('tasks: [group]'), { run: ['good'], failed: [bad], groups: [['group', 1]] });
  assert.deepEqual(await asked('tasks: [x]', ['good', 'bad', path.join(folder, 'open.yaml')]), { run: ['good'], failed: [bad, open], groups: [] });
});

test('within an entry the last mention of a task counts; a later include path wins over an earlier one, the command line’s over the config’s', async () => {
  const one = folderWith({ 'a.yaml': `task: a\n${BASE}`, 'g.yaml': 'group: g\ntask: [{ group: x, description: x, task: [a] }, { group: y, description: y, task: [a] }]\n' });
  const two = folderWith({ 'a.yaml': `task: a\n${BASE}fewshot_delimiter: two\n` });
  const { config } = parseEvalConfig(`include_path: ${JSON.stringify(one)}\ntasks: [g]`, path.join(one, 'c.eval.yaml'));
  const overrides = { includePath: [two] };
  const { tasks } = await resolveTasks(withOverrides(config, overrides), overrides, null);
  assert.deepEqual(tasks.map(({ definition }) => [definition.task, definition.description, definition.fewshot_delimiter]), [['a', 'y', 'two']]);
});

test('what the command line says of conversations and generation stands above config and entries', async () => {
  const folder = folderWith({ 'says.yaml': 'task: says\ndataset_path: json\ntest_split: test\ndoc_to_text: "{{a}}"\ndoc_to_target: "{{b}}"\ngeneration_kwargs: { temperature: 0.5, until: [x] }\n' });
  const { config } = parseEvalConfig(`include_path: ${JSON.stringify(folder)}\napply_chat_template: true\nsystem_instruction: config\ngen_kwargs: { top_p: 0.9 }\ntasks:\n  - { task: says, fewshot_as_multiturn: true }\n`, path.join(folder, 'c.eval.yaml'));
  const overrides = { applyChatTemplate: 'rag', fewshotAsMultiturn: false, systemInstruction: 'line', genKwargs: '{"temperature": 1.0, "max_gen_toks": 8}', seed: 7 };
  const changed = withOverrides(config, overrides);
  const [task] = (await resolveTasks(changed, overrides, null)).tasks;
  assert.deepEqual([changed.applyChatTemplate, changed.systemInstruction, changed.seed], ['rag', 'line', 7]);
  assert.equal(task?.definition.raw.get('fewshot_as_multiturn'), false);
  assert.deepEqual(task.definition.generation_kwargs, { temperature: 1, until: ['x'], top_p: 0.9, max_gen_toks: 8n });
});

test('a failure says its line in reports and on the terminal', () => {
  const error = new AssayError('unknown-key', { key: 'x', hint: '' }, { file: '/t/a.yaml', line: 7, column: 3 });
  assert.deepEqual(reportError(error.toJSON(), null, 'a'), { checkpoint: null, task: 'a', code: 'unknown-key', message: 'Unknown key "x".', file: '/t/a.yaml', line: 7 });
  assert.equal('line' in reportError(new AssayError('internal', { message: 'x' }).toJSON(), null, null), false);
});
