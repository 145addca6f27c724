import type { ChatMessage } from '../../protocol/chat';
import { AssayError } from '../../protocol/errors';
import { compileChatTemplate, isTemplateError } from '../../jinja/chat-template';
import type { Template } from '../../jinja/template';
import type { LocalTime } from '../../python/strftime';
import { strip } from '../../python/string';
import type { Doc, PyValue } from '../../python/value';
import { isObject, type JsonObject } from '../json-file';
import { tokenizerClass } from '../../architecture/tokenizer-class';
import { readTokenizerSettings } from './files';
import { specialTokens, type SpecialTokens } from './special';

/** Renders messages; with `continueFinal` the last one stays open, else the assistant's turn is begun. Throws `broken-chat-template`. */
export type ChatTemplate = ((messages: readonly ChatMessage[], continueFinal: boolean) => string) & { readonly text: string };

/** The space tells whether the template trims what it prints. */
const TAG = 'CONTINUE_FINAL_MESSAGE_TAG ';

/** The largest template anybody ships has some ten thousand characters. */
const MOST_CHARACTERS = 1 << 20;

/** The chat template of a checkpoint folder, with its special tokens. `name`: of several. Throws `no-chat-template`, `unknown-chat-template`, `broken-checkpoint`. */
export async function openChatTemplate(folder: string, modelType: string, name: string | null = null): Promise<ChatTemplate> {
  const { config, specialMap, chatTemplate: file, namedTemplates, modelType: said, classInModelConfig } = await readTokenizerSettings(folder);
  const source = chosenTemplate(templatesOf(file, config ?? {}, namedTemplates), name, folder);
  const className = tokenizerClass(config?.['tokenizer_class'] ?? classInModelConfig, said ?? modelType);
  return chatTemplate(source, specialTokens(config, specialMap, className));
}

/** A checkpoint's only template, or several by name, of which `default` is the one that counts when none is named. */
export type Templates = string | ReadonlyMap<string, string>;

/** `chat_template.jinja` (with those of additional_chat_templates), else what tokenizer_config.json says; null if there is none. */
export function templatesOf(file: string | null, config: JsonObject, named: ReadonlyMap<string, string> = new Map()): Templates | null {
  if (named.size > 0) return new Map([...(file === null ? [] : [['default', file] as const]), ...named]);
  if (file !== null) return file;
  const said = config['chat_template'];
  if (typeof said === 'string') return said;
  if (isObject(said)) return new Map(Object.entries(said).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  if (!Array.isArray(said)) return null;
  return new Map(said.flatMap((entry: unknown) => (isObject(entry) && typeof entry['name'] === 'string' && typeof entry['template'] === 'string' ? [[entry['name'], entry['template']] as const] : [])));
}

/** As lm-evaluation-harness 0.4.13 chooses: a name means nothing where there is only one. Throws `no-chat-template`, `unknown-chat-template`. */
export function chosenTemplate(templates: Templates | null, name: string | null, folder: string): string {
  if (templates === null || (typeof templates !== 'string' && templates.size === 0)) throw new AssayError('no-chat-template', { path: folder }, { file: folder });
  if (typeof templates === 'string') return templates;
  const chosen = templates.get(name ?? 'default');
  if (chosen === undefined) throw new AssayError('unknown-chat-template', { name: name ?? 'default', path: folder, names: [...templates.keys()].sort().join(', ') }, { file: folder });
  return chosen;
}

/** A renderer of messages. What is wrong with the template is told when it first renders. */
export function chatTemplate(source: string, special: SpecialTokens, now: () => Date = () => new Date()): ChatTemplate {
  let compiled: Template | null = null;
  const render = (messages: readonly ChatMessage[], addGenerationPrompt: boolean): string => {
    if (source.length > MOST_CHARACTERS) throw new AssayError('broken-chat-template', { detail: `it has more than ${MOST_CHARACTERS} characters` });
    compiled ??= compileChatTemplate(source, () => localTime(now()));
    return compiled.render(variables(messages, addGenerationPrompt, special));
  };
  const rendered = (messages: readonly ChatMessage[], continueFinal: boolean): string =>
    continueFinal ? renderOpenEnded(messages, (tagged) => render(tagged, false)) : render(messages, true);

  const renderer = (messages: readonly ChatMessage[], continueFinal: boolean): string => {
    try {
      return rendered(messages, continueFinal);
    } catch (error) {
      // lm-evaluation-harness 0.4.13 tries again without the system's messages, for templates that refuse them.
      const spoken = messages.filter((message) => message.role !== 'system');
      const refused = error instanceof AssayError && isTemplateError(error.args['kind']);
      if (!refused || spoken.length === messages.length) throw failure(error);
      try {
        return rendered(spoken, continueFinal);
      } catch {
        throw failure(error);
      }
    }
  };
  return Object.assign(renderer, { text: source });
}

/** What transformers' `apply_chat_template` tells a template. */
function variables(messages: readonly ChatMessage[], addGenerationPrompt: boolean, special: SpecialTokens): Doc {
  return new Map<string, PyValue>([
    ...Object.entries(special),
    ['messages', messages.map(({ role, content }) => new Map<PyValue, PyValue>([['role', role], ['content', content]]))],
    ['tools', null],
    ['documents', null],
    ['add_generation_prompt', addGenerationPrompt],
  ]);
}

function localTime(date: Date): LocalTime {
  return {
    year: date.getFullYear(), month: date.getMonth() + 1, day: date.getDate(),
    hour: date.getHours(), minute: date.getMinutes(), second: date.getSeconds(), microsecond: date.getMilliseconds() * 1000,
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
  if (error instanceof AssayError && error.code === 'broken-chat-template') return error;
  const said = error instanceof AssayError ? error.args['detail'] : error instanceof Error ? error.message : error;
  return new AssayError('broken-chat-template', { detail: String(said) }, {}, { cause: error });
}
