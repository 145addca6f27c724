import type { ModelConfig } from '../checkpoint/checkpoint';
import { AssayError } from '../protocol/errors';
import type { Description } from './description';
import { describeGemma2, describeGemma3 } from './gemma';
import { describeGptNeox } from './gpt-neox';
import { describeGpt2 } from './gpt2';
import { describeLlama } from './llama';
import { describeMistral } from './mistral';
import { describeOlmo2 } from './olmo2';
import { describeOpt } from './opt';
import { Options, type IgnoredOption } from './options';
import { describePhi3 } from './phi3';
import { describeQwen2, describeQwen3 } from './qwen';
import type { TensorNames } from './shape';

const ARCHITECTURES: Readonly<Record<string, (options: Options, tensors: TensorNames) => Description>> = {
  gemma2: describeGemma2,
  gemma3_text: describeGemma3,
  gpt2: describeGpt2,
  gpt_neox: describeGptNeox,
  llama: describeLlama,
  mistral: describeMistral,
  olmo2: describeOlmo2,
  opt: describeOpt,
  phi3: describePhi3,
  qwen2: describeQwen2,
  qwen3: describeQwen3,
};

/** Model types that can be evaluated, as config.json spells them. */
export function supportedModelTypes(): string[] {
  return Object.keys(ARCHITECTURES).sort();
}

export type DescribedArchitecture = { readonly description: Description; readonly ignored: readonly IgnoredOption[] };

/**
 * config.json and the names of the tensors -> what the decoder is.
 * Errors (place: config.json): unknown `model_type`, missing or wrong options, every option that changes the computation and is not understood.
 */
export function describeArchitecture(config: ModelConfig, tensors: TensorNames): DescribedArchitecture {
  const type = config['model_type'];
  const describe = typeof type === 'string' && Object.hasOwn(ARCHITECTURES, type) ? ARCHITECTURES[type] : undefined;
  if (typeof type !== 'string' || describe === undefined) {
    throw new AssayError('unsupported-architecture', { type: String(type), supported: supportedModelTypes().join(', ') }, { file: 'config.json' });
  }
  const options = new Options(config, type);
  refuseOtherHeads(options);
  const description = describe(options, tensors);
  return { description, ignored: options.finish() };
}

/** A classifier saved under a decoder's type has no language-model head; the embedding would be taken for one. */
function refuseOtherHeads(options: Options): void {
  const [architecture] = options.texts('architectures') ?? [];
  if (architecture !== undefined && /For(?!CausalLM|ConditionalGeneration)[A-Z]/.test(architecture)) {
    throw options.unsupported('architectures', architecture, 'It has no language-model head.');
  }
  options.only('is_encoder_decoder', false);
  options.only('add_cross_attention', false);
}
