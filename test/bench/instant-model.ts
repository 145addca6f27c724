import type { LanguageModel } from '../../src/model/language-model';
import { cannotAnswer } from '../../src/model/cannot-answer';
import type { FeaturesEvent, GenerateEvent, ScoreEvent, ScoreRequest } from '../../src/model/request';

/** Requests answered at a time, as one message of a model process would bring them. */
const AT_ONCE = 64;

/** Answers at once, with numbers that depend on the request's id alone: what an evaluation costs without a model. */
export class InstantModel implements LanguageModel {
  readonly info = {
    modelType: 'instant', maxLength: 1024, vocabularySize: 10, parameters: 1, precision: 'fp32', tokenizerEngine: 'js', prefixTokenId: null, device: null, versions: {},
  } as const;
  /** Requests answered so far. */
  answered = 0;

  async *score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncGenerator<ScoreEvent> {
    for (const { kind, id } of requests) {
      signal?.throwIfAborted();
      if (answered.has(id)) continue;
      const logLikelihood = logLikelihoodOf(id);
      yield {
        type: 'response',
        response: { kind, id, logLikelihood, greedy: false, tokenIds: [7], tokenLogprobs: [logLikelihood], tokenGreedy: [false], truncated: 0 },
      };
      this.answered++;
      if (this.answered % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    yield { type: 'progress', tokens: 20 * requests.length };
  }

  generate(): AsyncIterable<GenerateEvent> {
    return cannotAnswer('instant', 'generate_until');
  }

  features(): AsyncIterable<FeaturesEvent> {
    return cannotAnswer('instant', 'features');
  }

  tokenize(): Promise<{ ids: number[]; tokens: string[] }> {
    return Promise.resolve({ ids: [], tokens: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A float32 between −8 and 0. */
function logLikelihoodOf(id: string): number {
  let hash = 17;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) >>> 0;
  return Math.fround(-8 * ((Math.imul(hash, 2654435761) >>> 8) / 2 ** 24));
}
