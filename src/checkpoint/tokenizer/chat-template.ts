import type { ChatMessage } from '../../protocol/chat';
import { AssayError } from '../../protocol/errors';
import { inTime } from '../../python/in-time';
import { strip } from '../../python/string';
import { isObject, type JsonObject } from '../json-file';
import { tokenizerClass } from '../../architecture/tokenizer-class';
import { readTokenizerSettings } from './files';
import { specialTokens, type SpecialTokens } from './special';

/** Renders messages; with `continueFinal` the last one stays open, else the assistant's turn is begun. Throws `broken-chat-template`. */
export type ChatTemplate = (messages: readonly ChatMessage[], continueFinal: boolean) => string;

/** The space tells whether the template trims what it prints. */
const TAG = 'CONTINUE_FINAL_MESSAGE_TAG ';

/** A tokenizer that only renders: transformers.js takes templates and special tokens from the config. */
const RENDERER_JSON = {
  version: '1.0', added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null,
  model: { type: 'BPE', vocab: {}, merges: [] },
};

/** The chat template of a checkpoint folder, with its special tokens. Throws `no-chat-template`, `broken-checkpoint`. */
export async function openChatTemplate(folder: string, modelType: string): Promise<ChatTemplate> {
  const { config, specialMap, chatTemplate: file, modelType: said, classInModelConfig } = await readTokenizerSettings(folder);
  const source = templateSource(file, config ?? {});
  if (source === null) throw new AssayError('no-chat-template', { path: folder }, { file: folder });
  const className = tokenizerClass(config?.['tokenizer_class'] ?? classInModelConfig, said ?? modelType);
  return chatTemplate(source, specialTokens(config, specialMap, className));
}

/** The template of a checkpoint: `chat_template.jinja`, else that of tokenizer_config.json (of several, the one called `default`); null if none. */
export function templateSource(file: string | null, config: JsonObject): string | null {
  if (file !== null) return file;
  const said = config['chat_template'];
  if (typeof said === 'string') return said;
  if (!Array.isArray(said)) return null;
  const chosen: unknown = said.find((entry) => isObject(entry) && entry['name'] === 'default');
  return isObject(chosen) && typeof chosen['template'] === 'string' ? chosen['template'] : null;
}

/** Loads the template language (`@huggingface/transformers`) and makes a renderer. */
export async function chatTemplate(source: string, special: SpecialTokens): Promise<ChatTemplate> {
  const { PreTrainedTokenizer } = await import('@huggingface/transformers');
  const renderer = new PreTrainedTokenizer(RENDERER_JSON, { ...special, chat_template: source });
  const render = (messages: readonly ChatMessage[], addGenerationPrompt: boolean): string =>
    renderer.apply_chat_template([...messages], { tokenize: false, add_generation_prompt: addGenerationPrompt });

  // The language counts no steps and a template may loop without end.
  const complete = (messages: readonly ChatMessage[], continueFinal: boolean): string => inTime(() => rendered(messages, continueFinal));

  const rendered = (messages: readonly ChatMessage[], continueFinal: boolean): string =>
    continueFinal ? renderOpenEnded(messages, (tagged) => render(tagged, false)) : render(messages, true);

  return (messages, continueFinal) => {
    try {
      return complete(messages, continueFinal);
    } catch (error) {
      // lm-evaluation-harness 0.4.13 tries again without the system's messages, for templates that refuse them.
      const spoken = messages.filter((message) => message.role !== 'system');
      try {
        if (spoken.length < messages.length) return complete(spoken, continueFinal);
      } catch {
        throw failure(error);
      }
      throw failure(error);
    }
  };
}

/** `continue_final_message` of transformers 5.18: a tag behind the last message shows where to cut. */
function renderOpenEnded(messages: readonly ChatMessage[], render: (messages: readonly ChatMessage[]) => string): string {
  const last = messages.at(-1);
  if (last === undefined) throw new Error('there is no message to continue');
  const rendered = render([...messages.slice(0, -1), { ...last, content: last.content + TAG }]);
  const at = rendered.lastIndexOf(TAG.trimEnd());
  const content = strip(last.content, null, 'both');
  if (at < 0 || !rendered.includes(content)) throw new Error('it does not print the last message, so that cannot be continued');
  const cut = rendered.slice(0, at);
  return rendered.startsWith(TAG, at) ? cut : strip(cut, null, 'right');
}

function failure(error: unknown): AssayError {
  return new AssayError('broken-chat-template', { detail: error instanceof Error ? error.message : String(error) }, {}, { cause: error });
}
