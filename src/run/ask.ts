import type { LanguageModel } from '../model/language-model';
import { type GenerateRequest, isScoreRequest, type ModelEvent, type ModelRequest, type ModelResponse, type ScorePiece } from '../model/request';

export type AnswerEvent = ModelEvent<ModelResponse> | { readonly type: 'piece'; readonly piece: ScorePiece };

/** Hands a block to the model, each kind of request to the method that answers it; scores come first. `tokens` of progress counts both. */
export function ask(model: LanguageModel, requests: readonly ModelRequest[], signal: AbortSignal, answered: ReadonlySet<string>): AsyncIterable<AnswerEvent> {
  const scored = requests.filter(isScoreRequest);
  const generated = requests.filter((request): request is GenerateRequest => request.kind === 'generate_until');
  // Both begin now: the model orders its own work.
  const scores = scored.length > 0 ? model.score(scored, signal, answered) : null;
  const texts = generated.length > 0 ? model.generate(generated, signal, answered) : null;
  if (scores !== null && texts !== null) return oneAfterTheOther([scores, texts]);
  return scores ?? texts ?? oneAfterTheOther([]);
}

async function* oneAfterTheOther(both: readonly AsyncIterable<AnswerEvent>[]): AsyncGenerator<AnswerEvent> {
  let [tokens, before] = [0, 0];
  for (const events of both) {
    for await (const event of events) {
      if (event.type === 'progress') yield { type: 'progress', tokens: (tokens = before + event.tokens) };
      else yield event;
    }
    before = tokens;
  }
}
