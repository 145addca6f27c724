import { bitsPerByte } from '../../metrics/bits-per-byte';
import { bytePerplexity } from '../../metrics/byte-perplexity';
import type { Outcome } from '../../metrics/metric';
import { wordPerplexity } from '../../metrics/word-perplexity';
import { type ModelResponse, type ScorePiece, scores, type RollingRequest, tokensOf } from '../../model/request';
import { TextSize } from '../text-size';
import { targetText } from './loglikelihood';
import { type AskedDocument, type OutputTypeRules, type Questions, requestId, sameForEach } from './output-type';

/** How likely a whole text is (lm-evaluation-harness 0.4.13; lm-eval-spec §3.4). */
export const loglikelihoodRolling: OutputTypeRules = {
  needsChoices: false, hasPrompt: false, defaultMetrics: [wordPerplexity, bytePerplexity, bitsPerByte], filtersTexts: false, questions,
};

function questions({ definition, index, target, pipelines }: AskedDocument): Questions {
  const text = targetText(target);
  const { rolling } = definition;
  const request: RollingRequest = {
    kind: 'loglikelihood_rolling',
    id: requestId(definition.task, index, 0),
    text,
    ...(typeof rolling?.window === 'number' && { window: rolling.window }),
    ...(typeof rolling?.stride === 'number' && { stride: rolling.stride }),
  };
  return {
    requests: [request],
    ownText: text,
    choices: null,
    lacksGold: false,
    outcomes: sameForEach(pipelines, (responses) => rollingOutcome(text, responses)),
    partialOutcome: partialRollingOutcome,
  };
}

export function rollingOutcome(text: string, responses: readonly ModelResponse[]): Outcome {
  const [response] = scores(responses);
  if (response === undefined) throw new RangeError('no response');
  const { words, bytes } = new TextSize().add(text);
  return { kind: 'loglikelihood_rolling', logLikelihood: response.logLikelihood, words, bytes, tokens: tokensOf(response) };
}

/** The outcome of the pieces taken so far; after the last one of a text it is that of the whole. */
export function partialRollingOutcome(): (piece: Pick<ScorePiece, 'text' | 'tokenLogprobs'>) => Outcome {
  const size = new TextSize();
  let [logLikelihood, tokens] = [0, 0];
  return ({ text, tokenLogprobs }) => {
    const { words, bytes } = size.add(text);
    for (const logprob of tokenLogprobs) logLikelihood += logprob;
    tokens += tokenLogprobs.length;
    return { kind: 'loglikelihood_rolling', logLikelihood, words, bytes, tokens };
  };
}
