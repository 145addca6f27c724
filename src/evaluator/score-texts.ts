/** `assay score`: every token of a text with its log-probability. */
import { openCheckpoint } from '../checkpoint/open';
import type { ScoredText, ScoredTexts, ScoreTextsRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { WholeAnswers } from '../model/whole-answer';
import type { ModelSource } from './model-source';
import { modelWarnings } from './model-warnings';
import { deviceProfile } from '../model/device-profile';
import type { ModelOpener } from './models';

/** Texts are tokenised without special tokens and scored as rolling text. Throws AssayError. */
export async function scoreTexts({ checkpoint, texts, threads }: ScoreTextsRequest, openModel: ModelOpener): Promise<ScoredTexts> {
  const source: ModelSource = { kind: 'checkpoint', checkpoint: await openCheckpoint(checkpoint), precision: 'fp32' };
  const model = await openModel(source, { device: deviceProfile(threads ?? null) });
  try {
    const scored = new Map<string, ScoredText>();
    const requests = texts.map((text, index) => ({ kind: 'loglikelihood_rolling' as const, id: String(index), text, specialTokens: false }));
    const pieces = new WholeAnswers();
    let withoutNumber = 0;
    for await (const event of model.score(requests)) {
      if (event.type === 'piece') pieces.add(event.piece);
      if (event.type === 'failure') throw new AssayError('document-failed', { doc: event.failure.id, detail: event.failure.message });
      if (event.type !== 'response') continue;
      const { id, tokenIds, tokenLogprobs, tokenGreedy, logLikelihood } = pieces.whole(event.response);
      if (Number.isNaN(logLikelihood)) withoutNumber++;
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
    if (withoutNumber > 0) throw new AssayError('not-a-number', { count: withoutNumber, documents: texts.length }, { file: checkpoint });
    return { texts: texts.flatMap((_, index) => scored.get(String(index)) ?? []), warnings: modelWarnings(source, model) };
  } finally {
    await model.close();
  }
}
