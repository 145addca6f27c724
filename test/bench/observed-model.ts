import type { LanguageModel } from '../../src/model/language-model';
import type { ScoreEvent, ScoreRequest, ScoreResponse } from '../../src/model/request';

/** What went through a model, and when. */
export class Observation {
  readonly blocks: (readonly ScoreRequest[])[] = [];
  readonly responses: ScoreResponse[][] = [];
  tokens = 0;
  /** Of the first call. */
  began = 0;
}

/** The model itself, written down. */
export function observed(model: LanguageModel, into: Observation): LanguageModel {
  return {
    info: model.info,
    generate: (requests, signal, answered) => model.generate(requests, signal, answered),
    features: (requests, signal, answered) => model.features(requests, signal, answered),
    tokenize: (text) => model.tokenize(text),
    close: () => model.close(),
    score(requests, signal, answered) {
      if (into.blocks.length === 0) into.began = performance.now();
      into.blocks.push(requests);
      return follow(model.score(requests, signal, answered), into);
    },
  };
}

async function* follow(events: AsyncIterable<ScoreEvent>, into: Observation): AsyncGenerator<ScoreEvent> {
  const responses: ScoreResponse[] = [];
  into.responses.push(responses);
  let tokens = 0;
  for await (const event of events) {
    if (event.type === 'response') responses.push(event.response);
    if (event.type === 'progress') {
      into.tokens += event.tokens - tokens;
      tokens = event.tokens;
    }
    yield event;
  }
}
