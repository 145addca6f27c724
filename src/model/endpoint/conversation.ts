/** Conversations that the server renders with its own chat template. */
import type { ChatMessage } from '../../protocol/chat';

/** A conversation as a prompt: what lm-evaluation-harness 0.4.13 has for such servers (`json.dumps` of the messages, `ensure_ascii` false). */
export function conversationText(messages: readonly ChatMessage[]): string {
  return `[${messages.map(({ role, content }) => `{"role": ${JSON.stringify(role)}, "content": ${JSON.stringify(content)}}`).join(', ')}]`;
}

/** The messages of a prompt that `conversationText` made. */
export function conversationOf(prompt: string): unknown {
  return JSON.parse(prompt) as unknown;
}
