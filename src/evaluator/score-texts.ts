/** `assay score`: every token of a text with its log-probability. */
import { openCheckpoint } from '../checkpoint/open';
import type { ScoredText, ScoreTextsRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { ModelOpener } from './models';

/** Texts are tokenised without special tokens and scored as rolling text. Throws AssayError. */
export async function scoreTexts({ checkpoint, texts, threads }: ScoreTextsRequest, openModel: ModelOpener): Promise<ScoredText[]> {
  const model = await openModel(await openCheckpoint(checkpoint), { threads: threads ?? null });
  try {
    const scored = new Map<string, ScoredText>();
    const requests = texts.map((text, index) => ({ kind: 'loglikelihood_rolling' as const, id: String(index), text, specialTokens: false }));
    for await (const event of model.score(requests)) {
      if (event.type === 'failure') throw new AssayError('document-failed', { doc: event.failure.id, detail: event.failure.message });
      if (event.type !== 'response') continue;
      const { id, tokenIds, tokenLogprobs, tokenGreedy, logLikelihood } = event.response;
      const { tokens } = await model.tokenize(texts[Number(id)] ?? '');
      scored.set(id, {
        text: texts[Number(id)] ?? '',
        token_ids: tokenIds,
        tokens,
        logprobs: tokenLogprobs,
        greedy: tokenGreedy,
        perplexity: tokenIds.length === 0 ? 1 : Math.exp(-logLikelihood / tokenIds.length),
      });
    }
    return texts.flatMap((_, index) => scored.get(String(index)) ?? []);
  } finally {
    await model.close();
  }
}
