/** Messages of a prompt, and how they become plain text or a conversation (lm-evaluation-harness 0.4.13, turns). */
import type { ChatMessage } from '../protocol/chat';
import { PyError } from '../python/errors';
import { repr, typeName } from '../python/print';
import { getItem } from '../python/subscript';
import { isSpaceCharacter } from '../python/unicode';
import type { PyValue } from '../python/value';

/** `delimiter` follows the content in plain text only. */
export type Message = { readonly role: ChatMessage['role']; readonly content: string; readonly delimiter: string };

export type Turn = {
  readonly question: PyValue;
  readonly choices: readonly PyValue[] | null;
  /** null or '': none, the model is to give it. */
  readonly answer: PyValue;
  readonly prefix: string;
  readonly targetDelimiter: string;
  readonly shotDelimiter: string;
};

export const endsWithSpace = (text: string): boolean => text !== '' && isSpaceCharacter(text.slice(-1));
const startsWithSpace = (text: string): boolean => text !== '' && isSpaceCharacter(text.slice(0, 1));

/** Joins two texts; the delimiter is left out where one is empty or there is whitespace at the border. */
export function joinTexts(first: string, second: string, delimiter: string): string {
  if (first === '' || second === '') return first + second;
  return endsWithSpace(first) || startsWithSpace(second) ? first + second : first + delimiter + second;
}

/** A question with its answer (an example), with the beginning of an answer, or alone. */
export function messagesOf(turn: Turn): Message[] {
  const { question, answer, prefix, targetDelimiter, shotDelimiter } = turn;
  if (typeof question !== 'string') throw new PyError('AssertionError', `the prompt must be text, not ${repr(question)} (${typeName(question)})`);
  const answered = answer !== null && answer !== '';
  const beforePrefix = question !== '' && !endsWithSpace(question) && !startsWithSpace(prefix) ? targetDelimiter : '';
  const delimiter = prefix !== '' ? beforePrefix : answered ? targetDelimiter : '';
  const messages: Message[] = [{ role: 'user', content: question, delimiter }];
  if (answered) messages.push({ role: 'assistant', content: joinTexts(prefix, answerText(turn), ' '), delimiter: shotDelimiter });
  else if (prefix !== '') messages.push({ role: 'assistant', content: prefix, delimiter: '' });
  return messages;
}

function answerText({ answer, choices }: Turn): string {
  const isIndex = typeof answer === 'bigint' || typeof answer === 'boolean';
  const text = choices !== null && choices.length > 0 && isIndex ? getItem([...choices], answer) : Array.isArray(answer) ? (answer[0] ?? null) : answer;
  if (typeof text !== 'string') throw new PyError('AssertionError', `the answer of an example must be text, not ${repr(answer)} (${typeName(answer)})`);
  return text;
}

export const plainText = (messages: readonly Message[]): string => messages.map(({ content, delimiter }) => content + delimiter).join('');

/** One chat message a turn. */
export const chatMessages = (messages: readonly Message[]): ChatMessage[] => messages.map(({ role, content }) => ({ role, content }));

/** Everything a user says as one message, examples with their answers included, as plain text has it; a system message and the beginning of an answer stay apart. */
export function inOneTurn(messages: readonly Message[]): ChatMessage[] {
  const system = messages[0]?.role === 'system' ? messages[0] : null;
  const rest = messages.slice(system === null ? 0 : 1);
  const begun = rest.at(-1)?.role === 'assistant' ? rest.at(-1) : undefined;
  const asked = begun === undefined ? rest : rest.slice(0, -1);
  const content = asked.map((message, index) => message.content + (index === asked.length - 1 ? '' : message.delimiter)).join('');
  return [...(system === null ? [] : chatMessages([system])), { role: 'user', content }, ...(begun === undefined ? [] : chatMessages([begun]))];
}
