/** A message of a conversation, rendered with the checkpoint's own chat template. */
export type ChatMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };
