/**
 * Which tokenizer class the reference (transformers 5.18, `AutoTokenizer`) builds for a folder.
 * `generic` is tokenizer.json as it is; every other class replaces parts of it (see rebuild.ts).
 */
export const GENERIC = 'generic';

/** Classes that rebuild tokenizer.json, and those whose files already are what they build. */
const KNOWN_CLASSES: ReadonlySet<string> = new Set([
  'LlamaTokenizer', 'GPT2Tokenizer', 'Qwen2Tokenizer', 'GemmaTokenizer', 'GPTNeoXTokenizer', 'RobertaTokenizer',
  'BertTokenizer', 'T5Tokenizer', 'CohereTokenizer',
]);

/** The class registered for a model type. Types that are not listed (llama among them) have none. */
const CLASS_OF_MODEL: ReadonlyMap<string, string> = new Map(
  Object.entries({
    [GENERIC]: [
      'mistral', 'mixtral', 'phi3', 'olmo2', 'olmo3', 'deepseek_v3', 'granite', 'stablelm', 'gpt_bigcode', 'glm4', 'modernbert',
    ],
    GPT2Tokenizer: ['gpt2', 'opt', 'phi', 'starcoder2'],
    Qwen2Tokenizer: ['qwen2', 'qwen3'],
    GemmaTokenizer: ['gemma', 'gemma2', 'gemma3', 'gemma3_text'],
    GPTNeoXTokenizer: ['gpt_neox', 'olmo', 'mamba'],
  }).flatMap(([name, types]) => types.map((type): [string, string] => [type, name])),
);

/** Model types whose published tokenizer_config.json names a wrong class; the model's own wins. */
const WRONG_IN_CONFIG: ReadonlySet<string> = new Set([
  'qwen2', 'phi3', 'deepseek_v2', 'deepseek_v3', 'modernbert', 'minicpm3', 'internlm2', 'nemotron', 'jamba',
]);

/** @param inConfig `tokenizer_class` of tokenizer_config.json. @param modelType `model_type` of config.json. */
export function tokenizerClass(inConfig: unknown, modelType: string): string {
  const mapped = CLASS_OF_MODEL.get(modelType) ?? null;
  if (typeof inConfig !== 'string' || inConfig === '') return mapped ?? GENERIC;
  const bare = inConfig.replace('Fast', '');
  const named = KNOWN_CLASSES.has(bare) ? bare : GENERIC;
  if (mapped === null || mapped === named) return named;
  return mapped === GENERIC || WRONG_IN_CONFIG.has(modelType) ? mapped : named;
}
