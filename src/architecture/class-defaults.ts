/** What transformers' config classes (5.18) fill in where config.json is silent. */
type ClassDefaults = {
  /** Context length, in tokens. */
  readonly length: number;
  /** `tie_word_embeddings`. */
  readonly tied: boolean;
};

const CLASS_DEFAULTS: Readonly<Record<string, ClassDefaults>> = {
  gemma2: { length: 8192, tied: true },
  gemma3_text: { length: 131_072, tied: true },
  gpt2: { length: 1024, tied: true },
  gpt_neox: { length: 2048, tied: false },
  llama: { length: 2048, tied: false },
  mistral: { length: 131_072, tied: false },
  olmo2: { length: 2048, tied: false },
  opt: { length: 2048, tied: true },
  phi3: { length: 4096, tied: false },
  qwen2: { length: 32_768, tied: false },
  qwen3: { length: 32_768, tied: false },
};

/** Context length of a model type whose config.json names none; null: a type that is not known here. */
export function defaultLength(modelType: string): number | null {
  return defaultsOf(modelType)?.length ?? null;
}

/** Whether the output head is the embedding where config.json does not say. */
export function isTiedByDefault(modelType: string): boolean {
  return defaultsOf(modelType)?.tied ?? true;
}

function defaultsOf(modelType: string): ClassDefaults | undefined {
  return Object.hasOwn(CLASS_DEFAULTS, modelType) ? CLASS_DEFAULTS[modelType] : undefined;
}
