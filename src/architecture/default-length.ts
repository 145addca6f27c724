/** Lengths that transformers' config classes fill in where config.json is silent, in tokens. */
const CLASS_LENGTH: ReadonlyMap<string, number> = new Map([
  ['llama', 2048], ['mistral', 131072], ['qwen2', 32768], ['qwen3', 32768], ['gpt2', 1024], ['gpt_neox', 2048],
  ['opt', 2048], ['phi3', 4096], ['olmo2', 2048], ['gemma2', 8192], ['gemma3_text', 131072],
]);

/** Context length of a model type whose config.json names none; null: its config class has none either. */
export function defaultLength(modelType: string): number | null {
  return CLASS_LENGTH.get(modelType) ?? null;
}
