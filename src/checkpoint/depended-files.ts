import type { FileStamp } from './checkpoint';
import { stampIn } from './file-stamp';
import { TEMPLATE_FOLDER, templateNames } from './tokenizer/files';

/** Besides the weights: what a model computes with, and what it says when it generates. */
const MODEL_FILES = ['config.json', 'generation_config.json', 'model.safetensors.index.json', 'adapter_config.json', 'adapter_model.safetensors'];

/** What text becomes tokens by, and conversations text. */
const TOKENIZER_FILES = [
  'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'vocab.txt', 'merges.txt', 'tokenizer.model',
  'chat_template.jinja', 'chat_template.json',
];

/** The config.json beside a tokenizer that lies elsewhere. */
const TOKENIZER_CONFIG = 'tokenizer:config.json';

/** Whether a file that a number depends on comes from the folder of the tokenizer, by the name `dependedFiles` gives it. */
export function isTokenizerFile(name: string): boolean {
  return TOKENIZER_FILES.includes(name) || name.startsWith(`${TEMPLATE_FOLDER}/`) || name === TOKENIZER_CONFIG;
}

/**
 * Every file a number depends on, by name: weights (as they were opened), config, tokenizer, chat template. A tokenizer taken
 * from another folder counts under the same names, so that a copy of it beside the weights is the same checkpoint.
 */
export async function dependedFiles(folder: string, tokenizerFolder: string, weights: readonly FileStamp[]): Promise<FileStamp[]> {
  const others = tokenizerFolder === folder ? [] : [stampIn(tokenizerFolder, 'config.json', TOKENIZER_CONFIG)];
  const named = await templateNames(tokenizerFolder);
  const small = await Promise.all([
    ...MODEL_FILES.map((name) => stampIn(folder, name)),
    ...TOKENIZER_FILES.map((name) => stampIn(tokenizerFolder, name)),
    ...others,
    ...named.map((name) => stampIn(tokenizerFolder, `${TEMPLATE_FOLDER}/${name}.jinja`)),
  ]);
  const stamps = new Map(weights.map((stamp) => [stamp.name, stamp]));
  for (const stamp of small) if (stamp !== null && !stamps.has(stamp.name)) stamps.set(stamp.name, stamp);
  return [...stamps.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
