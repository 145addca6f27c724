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

/** The class registered for a model type that generates text. Types that are not listed (llama, falcon, bloom) have none. */
const CLASS_OF_MODEL: ReadonlyMap<string, string> = new Map(
  Object.entries({
    [GENERIC]: [
      'mistral', 'mixtral', 'ministral', 'mistral3', 'phi3', 'phimoe', 'olmo2', 'olmo3', 'olmo_hybrid', 'flex_olmo', 'deepseek_v2', 'deepseek_v3',
      'granite', 'granitemoe', 'granitemoeshared', 'granitemoehybrid', 'stablelm', 'gpt_bigcode', 'glm', 'glm4', 'glm4_moe', 'modernbert',
      'modernbert-decoder', 'persimmon', 'ernie4_5', 'ernie4_5_moe', 'minicpm3', 'internlm2', 'nemotron', 'jamba', 'arctic', 'minimax_m2',
    ],
    GPT2Tokenizer: ['gpt2', 'opt', 'phi', 'starcoder2', 'gpt_neo', 'gptj', 'codegen', 'dbrx', 'jais2'],
    Qwen2Tokenizer: ['qwen2', 'qwen2_moe', 'qwen3', 'qwen3_moe', 'qwen3_next'],
    GemmaTokenizer: ['gemma', 'gemma2', 'gemma3', 'gemma3_text', 'gemma3n', 'gemma3n_text', 'recurrent_gemma'],
    GPTNeoXTokenizer: ['gpt_neox', 'olmo', 'olmoe', 'mpt', 'mamba', 'mamba2', 'falcon_mamba', 'rwkv', 'xlstm'],
    CohereTokenizer: ['cohere', 'cohere2'],
  }).flatMap(([name, types]) => types.map((type): [string, string] => [type, name])),
);

/** Model types with a class of their own whose published tokenizer_config.json names a wrong one; the model's own wins. */
const WRONG_IN_CONFIG: ReadonlySet<string> = new Set(['qwen2']);

/** @param inConfig `tokenizer_class` of tokenizer_config.json. @param modelType `model_type` of config.json. */
export function tokenizerClass(inConfig: unknown, modelType: string): string {
  const mapped = CLASS_OF_MODEL.get(modelType) ?? null;
  if (typeof inConfig !== 'string' || inConfig === '') return mapped ?? GENERIC;
  const bare = inConfig.replace('Fast', '');
  const named = KNOWN_CLASSES.has(bare) ? bare : GENERIC;
  if (mapped === null || mapped === named) return named;
  return mapped === GENERIC || WRONG_IN_CONFIG.has(modelType) ? mapped : named;
}
