import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ChatMessage } from '../../src/protocol/chat';
import { AssayError } from '../../src/protocol/errors';
import { chatTemplate, openChatTemplate, templateSource } from '../../src/checkpoint/tokenizer/chat-template';
import { checkpointFolder, temporaryFolder } from './checkpoint-folder';

type Case = { readonly template: string; readonly messages: readonly ChatMessage[]; readonly continueFinal: boolean; readonly rendered?: string; readonly error?: string };

const { templates, cases } = JSON.parse(readFileSync('test/fixtures/checkpoint/chat-templates.json', 'utf8')) as { templates: Record<string, string>; cases: Case[] };
const special = { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>' };

describe('chat templates print what the reference prints', () => {
  for (const [name, source] of Object.entries(templates)) {
    test(name, async () => {
      const render = await chatTemplate(source, special);
      for (const { messages, continueFinal, rendered, error } of cases.filter((one) => one.template === name)) {
        const what = JSON.stringify({ messages, continueFinal });
        if (error !== undefined) assert.throws(() => render(messages, continueFinal), (thrown) => thrown instanceof AssayError && thrown.code === 'broken-chat-template', what);
        else assert.equal(render(messages, continueFinal), rendered, what);
      }
    });
  }

  test('a template that does not parse', async () => {
    const render = await chatTemplate('{% if %}', special);
    assert.throws(() => render([{ role: 'user', content: 'x' }], false), { code: 'broken-chat-template' });
    assert.throws(() => render([], true), { code: 'broken-chat-template' });
  });
});

describe('a template that goes on without end is ended', () => {
  const numbers = (source: string): Promise<string> => chatTemplate(source, special).then((render) => render([{ role: 'user', content: 'x' }], false));
  for (const source of [
    '{% for i in range(10000000000) %}{% endfor %}',
    '{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}{% endfor %}{% endfor %}{% endfor %}',
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
  ]) {
    test(source, () => assert.rejects(numbers(source), { code: 'broken-chat-template' }));
  }

  test('a long run of spaces is cut in time that grows with its length', async () => {
    const render = await chatTemplate('{{ messages[0].content | trim }}', special);
    assert.equal(render([{ role: 'user', content: `a${' '.repeat(300_000)}b${' '.repeat(300_000)}` }], true), `a${' '.repeat(300_000)}b`);
  });
});

describe('where a template stands', () => {
  test('the file, then the config; of several the default', () => {
    assert.equal(templateSource('file', { chat_template: 'config' }), 'file');
    assert.equal(templateSource(null, { chat_template: 'config' }), 'config');
    assert.equal(templateSource(null, { chat_template: [{ name: 'tool_use', template: 't' }, { name: 'default', template: 'd' }] }), 'd');
    assert.equal(templateSource(null, { chat_template: [{ name: 'tool_use', template: 't' }] }), null);
    assert.equal(templateSource(null, {}), null);
  });

  test('a checkpoint with and without one', async (context) => {
    const folder = checkpointFolder(temporaryFolder(context), {});
    await assert.rejects(openChatTemplate(folder, 'llama'), { code: 'no-chat-template' });
    writeFileSync(join(folder, 'chat_template.jinja'), '{{ bos_token }}{{ messages[0].content }}');
    assert.equal((await openChatTemplate(folder, 'llama'))([{ role: 'user', content: 'x' }], false), '<|endoftext|>x');
  });
});
