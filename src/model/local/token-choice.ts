import type { GenerationConfig } from '../../checkpoint/generation-config';
import { AssayError } from '../../protocol/errors';
import { drawSeed, type GenerationOptions } from '../generation-options';
import type { TokenChoice } from '../onnx/wire';
import type { GenerateRequest } from '../request';

/** transformers' `top_k` where nobody says. */
const USUAL_TOP_K = 50;

/**
 * How the tokens of an answer are chosen: by the request, else by the checkpoint's generation_config.json, else as transformers 5 does.
 * Throws `bad-generation-option` for a setting of that file that would change the text and is not applied here.
 */
export function tokenChoice({ sampling, ...processors }: GenerationOptions, request: GenerateRequest, config: GenerationConfig): TokenChoice {
  const isRandom = sampling.kind === 'random';
  const setting = config.unsupported.find(({ whenSampling }) => isRandom || !whenSampling);
  if (setting !== undefined) {
    throw new AssayError('bad-generation-option', { option: setting.name, value: setting.value, hint: 'generation_config.json of the checkpoint sets it, and it is not applied here' }, { file: config.file });
  }
  const { suppressed, suppressedFirst } = config;
  const repetitionPenalty = processors.repetitionPenalty ?? config.repetitionPenalty;
  const noRepeatGram = processors.noRepeatGram ?? config.noRepeatGram;
  const shared = { repetitionPenalty, noRepeatGram, suppressed, suppressedFirst };
  if (!isRandom) return { ...shared, random: null };
  const says = (name: string): boolean => (request.kwargs.get(name) ?? null) !== null;
  const topK = says('top_k') ? sampling.topK : (config.topK ?? USUAL_TOP_K);
  const topP = says('top_p') ? sampling.topP : config.topP;
  const minP = says('min_p') ? sampling.minP : config.minP;
  const temperature = says('temperature') ? sampling.temperature : (config.temperature ?? sampling.temperature);
  return {
    ...shared,
    random: { temperature, topK: topK === 0 ? null : topK, topP: topP === 1 ? null : topP, minP: minP === 0 ? null : minP, seed: drawSeed(sampling, request) },
  };
}
