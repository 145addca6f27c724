import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ChatMessage } from '../../src/protocol/chat';
import { AssayError } from '../../src/protocol/errors';
import { chatTemplate, chosenTemplate, openChatTemplate, templatesOf } from '../../src/checkpoint/tokenizer/chat-template';
import { checkpointFolder, temporaryFolder } from './checkpoint-folder';

type Case = { readonly template: string; readonly messages: readonly ChatMessage[]; readonly continueFinal: boolean; readonly rendered?: string; readonly error?: string };

const { templates, cases } = JSON.parse(readFileSync('test/fixtures/checkpoint/chat-templates.json', 'utf8')) as { templates: Record<string, string>; cases: Case[] };
const special = { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>' };

describe('chat templates print what the reference prints', () => {
  for (const [name, source] of Object.entries(templates)) {
    test(name, () => {
      const render = chatTemplate(source, special);
      for (const { messages, continueFinal, rendered, error } of cases.filter((one) => one.template === name)) {
        const what = JSON.stringify({ messages, continueFinal });
        if (error !== undefined) assert.throws(() => render(messages, continueFinal), (thrown) => thrown instanceof AssayError && thrown.code === 'broken-chat-template', what);
        else assert.equal(render(messages, continueFinal), rendered, what);
      }
    });
  }

  test('a template that does not parse', () => {
    const render = chatTemplate('{% if %}', special);
    assert.throws(() => render([{ role: 'user', content: 'x' }], false), { code: 'broken-chat-template' });
    assert.throws(() => render([], true), { code: 'broken-chat-template' });
  });
});

describe('a template that goes on without end is ended', () => {
  const rendered = (source: string): string => chatTemplate(source, special)([{ role: 'user', content: 'x' }], false);
  for (const source of [
    '{% for i in range(10000000000) %}{% endfor %}',
    '{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}{% endfor %}{% endfor %}{% endfor %}',
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    "{% set ns = namespace(v='x') %}{% for i in range(60) %}{% set ns.v = ns.v + ns.v %}{% endfor %}{{ ns.v }}",
    '{% set ns = namespace(v=[1]) %}{% for i in range(60) %}{% set ns.v = ns.v + ns.v %}{% endfor %}',
    '{% set ns = namespace(v=10) %}{% for i in range(60) %}{% set ns.v = ns.v * ns.v %}{% endfor %}',
    "{{ 'x' * 10**12 }}",
    "{{ ('x' * 1000000) | replace('x', 'y' * 1000000) }}",
    '{% set ns = namespace(v=[1]) %}{% for i in range(60) %}{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v | tojson(indent=100) }}',
    "{{ [[1]] | tojson(indent=10**9) }}",
    "{{ strftime_now('%99Y' * 100000000) }}",
    '{{ messages }}'.repeat(100_000),
  ]) {
    test(source.slice(0, 120), () => assert.throws(() => rendered(source), { code: 'broken-chat-template' }));
  }

  test('a long run of spaces is cut in time that grows with its length', () => {
    const render = chatTemplate('{{ messages[0].content | trim }}', special);
    assert.equal(render([{ role: 'user', content: `a${' '.repeat(300_000)}b${' '.repeat(300_000)}` }], true), `a${' '.repeat(300_000)}b`);
  });
});

describe('what a template is told', () => {
  const user = [{ role: 'user', content: 'x' }] as const;
  const spoken = [{ role: 'system', content: 's' }, ...user] as const;

  test('the time of day, from the clock', () => {
    assert.equal(chatTemplate("{{ strftime_now('%d %B %Y %H:%M:%S') }}", special, () => new Date(2026, 1, 3, 4, 5, 6))(user, false), '03 February 2026 04:05:06');
  });

  test('there are no tools and no documents, and they are defined', () => {
    assert.equal(chatTemplate('{{ tools is defined and tools is none }}{{ documents }}{{ enable_thinking is defined }}', special)(user, false), 'TrueNoneFalse');
  });

  test('without the messages of the system it is tried again where the template refuses, not where it is wrong', () => {
    const refusing = (expression: string): string => `{% if messages[0].role == 'system' %}{{ ${expression} }}{% endif %}{{ messages[0].content }}`;
    assert.equal(chatTemplate(refusing("raise_exception('no system')"), special)(spoken, false), 'x');
    assert.equal(chatTemplate(refusing('nothing.more'), special)(spoken, false), 'x');
    assert.throws(() => chatTemplate(refusing("1 + 'a'"), special)(spoken, false), { code: 'broken-chat-template', args: { detail: "unsupported operand type(s) for +: 'int' and 'str'" } });
  });

  test('a template of more than a megabyte is not read', () => {
    assert.throws(() => chatTemplate('x'.repeat((1 << 20) + 1), special)(user, false), { code: 'broken-chat-template' });
  });
});

describe('where a template stands', () => {
  const chosen = (file: string | null, config: Parameters<typeof templatesOf>[1], name: string | null = null, named?: ReadonlyMap<string, string>): string => chosenTemplate(templatesOf(file, config, named), name, 'folder');
  const several = { chat_template: [{ name: 'tool_use', template: 't' }, { name: 'default', template: 'd' }] };

  test('the file, then the config; of several the default, or the one that is named', () => {
    assert.equal(chosen('file', { chat_template: 'config' }), 'file');
    assert.equal(chosen(null, { chat_template: 'config' }), 'config');
    assert.equal(chosen(null, several), 'd');
    assert.equal(chosen(null, several, 'tool_use'), 't');
    assert.equal(chosen(null, { chat_template: { default: 'd', other: 'o' } }, 'other'), 'o');
    assert.equal(chosen('file', {}, 'rag', new Map([['rag', 'r']])), 'r');
    assert.equal(chosen('file', {}, null, new Map([['rag', 'r']])), 'file');
  });

  test('a name means nothing where there is one template', () => {
    assert.equal(chosen(null, { chat_template: 'config' }, 'rag'), 'config');
  });

  test('a name that none of several has, and several without a default, are told with the names there are', () => {
    assert.throws(() => chosen(null, several, 'rag'), { code: 'unknown-chat-template', args: { name: 'rag', path: 'folder', names: 'default, tool_use' } });
    assert.throws(() => chosen(null, { chat_template: [{ name: 'tool_use', template: 't' }] }), { code: 'unknown-chat-template', args: { name: 'default', path: 'folder', names: 'tool_use' } });
    assert.throws(() => chosen(null, {}), { code: 'no-chat-template' });
  });

  test('a checkpoint with and without one', async (context) => {
    const folder = checkpointFolder(temporaryFolder(context), {});
    await assert.rejects(openChatTemplate(folder, 'llama'), { code: 'no-chat-template' });
    writeFileSync(join(folder, 'chat_template.jinja'), '{{ bos_token }}{{ messages[0].content }}');
    assert.equal((await openChatTemplate(folder, 'llama'))([{ role: 'user', content: 'x' }], false), '<|endoftext|>x');
    mkdirSync(join(folder, 'additional_chat_templates'));
    writeFileSync(join(folder, 'additional_chat_templates', 'rag.jinja'), 'rag {{ messages[0].content }}');
    assert.equal((await openChatTemplate(folder, 'llama', 'rag'))([{ role: 'user', content: 'x' }], false), 'rag x');
    assert.equal((await openChatTemplate(folder, 'llama'))([{ role: 'user', content: 'x' }], false), '<|endoftext|>x');
  });
});
