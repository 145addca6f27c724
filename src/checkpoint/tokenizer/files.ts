import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { broken, unsupported } from '../failure';
import { isObject, parseJsonObject, readJsonObjectIfThere, readLinesIfThere, readTextIfThere, type JsonObject } from '../json-file';
import { bpeTokenizerJson } from './bpe-files';

export type TokenizerFiles = TokenizerSettings & {
  readonly json: JsonObject;
  /** tokenizer.json, or null where `json` was put together from vocab.json and merges.txt. */
  readonly file: string | null;
};

/** What stands beside the vocabulary. */
export type TokenizerSettings = {
  readonly config: JsonObject | null;
  readonly specialMap: JsonObject | null;
  /** `model_type` of the config.json beside it. */
  readonly modelType: string | null;
  /** `tokenizer_class` of config.json, which counts where tokenizer_config.json names none. */
  readonly classInModelConfig: unknown;
  /** chat_template.jinja. */
  readonly chatTemplate: string | null;
  /** Files of additional_chat_templates, by name. */
  readonly namedTemplates: ReadonlyMap<string, string>;
};

const SENTENCE_PIECE = ['tokenizer.model', 'spiece.model', 'sentencepiece.bpe.model'];

/** Reads what a checkpoint says of its tokenizer. Throws `broken-checkpoint` or `unsupported-checkpoint`. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const settings = await readTokenizerSettings(folder);
  const file = join(folder, 'tokenizer.json');
  const json = await readJsonObjectIfThere(file);
  if (json !== null) {
    if (!isObject(json['model'])) throw broken('tokenizer.json has no "model".', { file });
    return { json, file, ...settings };
  }
  const built = await fromVocabularyAndMerges(folder, settings.config);
  if (built === null) throw await withoutTokenizer(folder);
  return { json: built, file: null, ...settings };
}

/** The same without the vocabulary. Throws `broken-checkpoint`. */
export async function readTokenizerSettings(folder: string): Promise<TokenizerSettings> {
  const config = await readJsonObjectIfThere(join(folder, 'tokenizer_config.json'));
  const specialMap = await readJsonObjectIfThere(join(folder, 'special_tokens_map.json'));
  const chatTemplate = await readLinesIfThere(join(folder, 'chat_template.jinja'));
  const namedTemplates = await namedTemplatesIn(folder);
  const modelConfig = await readJsonObjectIfThere(join(folder, 'config.json'));
  const modelType = typeof modelConfig?.['model_type'] === 'string' ? modelConfig['model_type'] : null;
  return { config, specialMap, chatTemplate, namedTemplates, modelType, classInModelConfig: modelConfig?.['tokenizer_class'] };
}

export const TEMPLATE_FOLDER = 'additional_chat_templates';
const MOST_TEMPLATES = 100;

/** Names of the files there, without `.jinja`. */
export async function templateNames(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, TEMPLATE_FOLDER)).catch((): string[] => []);
  return names.filter((name) => name.endsWith('.jinja')).map((name) => name.slice(0, -'.jinja'.length)).sort().slice(0, MOST_TEMPLATES);
}

async function namedTemplatesIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await templateNames(folder)) {
    const text = await readLinesIfThere(join(folder, TEMPLATE_FOLDER, `${name}.jinja`));
    if (text !== null) found.set(name, text);
  }
  return found;
}

/** The problem of a folder that has no tokenizer to read, or null; nothing is opened. */
export async function missingTokenizer(folder: string) {
  const usable = (await exists(join(folder, 'tokenizer.json'))) || ((await exists(join(folder, 'vocab.json'))) && (await exists(join(folder, 'merges.txt'))));
  return usable ? null : withoutTokenizer(folder);
}

async function fromVocabularyAndMerges(folder: string, config: JsonObject | null): Promise<JsonObject | null> {
  const vocabFile = join(folder, 'vocab.json');
  const vocab = await readTextIfThere(vocabFile);
  const merges = await readLinesIfThere(join(folder, 'merges.txt'));
  if (vocab === null || merges === null) return null;
  const added = await readJsonObjectIfThere(join(folder, 'added_tokens.json'));
  return bpeTokenizerJson(parseJsonObject(vocab, vocabFile), merges, { config: config ?? {}, added: added ?? {}, vocabFile });
}

async function withoutTokenizer(folder: string) {
  for (const name of SENTENCE_PIECE) {
    if (await exists(join(folder, name))) {
      return unsupported(`its tokenizer is only in SentencePiece's own format (${name}). Save it as tokenizer.json with AutoTokenizer.from_pretrained(…).save_pretrained(…).`, { file: join(folder, name) });
    }
  }
  return broken('tokenizer.json is missing. Put the tokenizer beside the weights, or name its folder in the config: { path: …, tokenizer: DIR }.', { file: join(folder, 'tokenizer.json') });
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
