/** Who renders conversations: the template of a checkpoint or of a named tokenizer, or the server that gets them. */
import { type ChatTemplate, openChatTemplate } from '../checkpoint/tokenizer/chat-template';
import { conversationText } from '../model/endpoint/conversation';
import { AssayError } from '../protocol/errors';
import type { ModelSource } from './model-source';
import type { ChatRenderer } from './prepare';

export type Chat = {
  readonly render: ChatRenderer;
  /** The source as it has to be asked then. */
  readonly source: ModelSource;
  /** null: the server's, which it does not tell. */
  readonly text: string | null;
};

/** `template`: the name of one of several, or true. The model is not needed. Rejects with `no-chat-template`, `unknown-chat-template` where a checkpoint has none. */
export async function chatOf(source: ModelSource, template: true | string): Promise<Chat> {
  const name = template === true ? null : template;
  if (source.kind === 'checkpoint') {
    const render = await openChatTemplate(source.checkpoint.tokenizerFolder, source.checkpoint.modelType, name);
    return { render, source, text: render.text };
  }
  const opened = source.tokenizer === null ? null : await templateIn(source.tokenizer, name);
  return opened === null ? { render: conversationText, source: { ...source, chat: true }, text: null } : { render: opened, source, text: opened.text };
}

async function templateIn(folder: string, name: string | null): Promise<ChatTemplate | null> {
  try {
    return await openChatTemplate(folder, '', name);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'no-chat-template') return null;
    throw error;
  }
}
