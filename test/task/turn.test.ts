import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../../src/protocol/chat';
import type { Doc } from '../../src/python/value';
import { prepareTask } from '../../src/task/prepare';
import { messagesOf, plainText } from '../../src/task/turn';
import { context, definition } from './definition';

const text = (question: string, prefix: string, answer: string | null): string =>
  plainText(messagesOf({ question, choices: null, answer, prefix, targetDelimiter: 'X', shotDelimiter: '' }));

// lm-evaluation-harness 0.4.13, turns: what is delimited from what.
const matrix: readonly (readonly [question: string, prefix: string, answer: string | null, plain: string])[] = [
  ['Q', '', 'A', 'QXA'],
  ['Q', '', null, 'Q'],
  ['Q', 'P', null, 'QXP'],
  ['Q', 'P', 'A', 'QXP A'],
  ['Q\n', 'P', 'A', 'Q\nP A'],
  ['Q', '\nP', null, 'Q\nP'],
  ['Q', 'P\n', 'A', 'QXP\nA'],
];
for (const [question, prefix, answer, plain] of matrix) {
  test(`question ${JSON.stringify(question)}, prefix ${JSON.stringify(prefix)}, answer ${String(answer)}`, () => assert.equal(text(question, prefix, answer), plain));
}

const doc = (q: string, label: bigint): Doc => new Map<string, string | bigint>([['q', q], ['label', label]]);
const splits = { test: [doc('t0', 1n), doc('t1', 0n)], train: [doc('a', 0n), doc('b', 1n)] };
const task = { test_split: 'test', training_split: 'train', doc_to_text: 'Q: {{q}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metrics: ['acc'] };

test('system text and description stand before the first example without a delimiter of their own', async () => {
  const described = definition({ ...task, description: 'About {{q}}.' });
  const { requests } = (await prepareTask(described, context(splits, { numFewshot: 2, systemInstruction: 'Be brief.' }))).document(0);
  const [first] = requests;
  assert.ok(first?.kind === 'loglikelihood');
  assert.match(first.context, /^Be brief\.\n\nAbout t0\.Q: [ab] (no|yes)\n\nQ: [ab] (no|yes)\n\nQ: t0$/);
  assert.equal(first.continuation, ' no');
});

test('a chat template gets one message a turn, and continuations lose the delimiter', async () => {
  const seen: (readonly ChatMessage[])[] = [];
  const chat = (messages: readonly ChatMessage[], continueFinal: boolean): string => {
    seen.push(messages);
    return messages.map(({ role, content }) => `<${role}>${content}`).join('') + (continueFinal ? '' : '<assistant>');
  };
  const prepared = await prepareTask(definition({ ...task, description: 'D' }), context(splits, { numFewshot: 1, chat }));
  const [request] = prepared.document(1).requests;
  assert.ok(request?.kind === 'loglikelihood');
  assert.match(request.context, /^<system>D<user>Q: [ab]<assistant>(no|yes)<user>Q: t1<assistant>$/);
  assert.equal(request.continuation, 'no');
  assert.deepEqual(seen.at(-1)?.map(({ role }) => role), ['system', 'user', 'assistant', 'user']);
});

test('an answer that has begun keeps the last message open, and the delimiter', async () => {
  const chat = (messages: readonly ChatMessage[], continueFinal: boolean): string => `${messages.at(-1)?.content ?? ''}|${continueFinal}`;
  const prepared = await prepareTask(definition({ ...task, gen_prefix: 'The answer is' }), context(splits, { chat }));
  const [request] = prepared.document(0).requests;
  assert.ok(request?.kind === 'loglikelihood');
  assert.deepEqual([request.context, request.continuation], ['The answer is|true', ' no']);
});

test('the own part of a prompt leaves out description and examples', async () => {
  const prepared = await prepareTask(definition({ ...task, description: 'D' }), context(splits, { numFewshot: 2 }));
  assert.equal(prepared.document(1).ownText, 'Q: t1');
});

test('as one turn: examples and question as plain text in one user message; system text and the begun answer stay apart', async () => {
  const seen: (readonly ChatMessage[])[] = [];
  const chat = (messages: readonly ChatMessage[]): string => {
    seen.push(messages);
    return 'x';
  };
  const single = definition({ ...task, description: 'About.', gen_prefix: 'P', raw: new Map([['fewshot_as_multiturn', false]]) });
  (await prepareTask(single, context(splits, { numFewshot: 1, chat }))).document(0);
  const [messages] = seen;
  assert.deepEqual(messages?.map(({ role }) => role), ['system', 'user', 'assistant']);
  assert.match(messages[1]?.content ?? '', /^Q: [ab] P (no|yes)\n\nQ: t0$/);
  assert.deepEqual(messages[2], { role: 'assistant', content: 'P' });
});
