/** A model whose answers, and when they come, a test decides. */
import { Channel } from '../../../src/model/local/channel';
import type { LanguageModel, ModelInfo } from '../../../src/model/language-model';
import type { FeaturesEvent, FeaturesRequest, GenerateEvent, GenerateRequest, ModelRequest, ScoreEvent, ScoreRequest, ScoreResponse } from '../../../src/model/request';
import type { AskAnswer, AskedLine } from '../../../src/protocol/ask';

export type Block = { readonly requests: readonly ModelRequest[]; readonly events: Channel<ScoreEvent | GenerateEvent | FeaturesEvent> };

export class ScriptedModel implements LanguageModel {
  readonly info = { modelType: 'scripted', warnings: [] } as unknown as ModelInfo;
  readonly blocks: Block[] = [];
  closed = 0;

  /** `answer`: what is done with a block as it comes; by default it waits. */
  constructor(private readonly answer: (block: Block) => void = () => undefined) {}

  score(requests: readonly ScoreRequest[], signal?: AbortSignal): AsyncIterable<ScoreEvent> {
    return this.take(requests, signal);
  }

  generate(requests: readonly GenerateRequest[], signal?: AbortSignal): AsyncIterable<GenerateEvent> {
    return this.take(requests, signal);
  }

  features(requests: readonly FeaturesRequest[], signal?: AbortSignal): AsyncIterable<FeaturesEvent> {
    return this.take(requests, signal);
  }

  tokenize(): Promise<{ ids: number[]; tokens: string[] }> {
    return Promise.resolve({ ids: [], tokens: [] });
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  private take<Event extends ScoreEvent | GenerateEvent | FeaturesEvent>(requests: readonly ModelRequest[], signal?: AbortSignal): AsyncIterable<Event> {
    const events = new Channel<ScoreEvent | GenerateEvent | FeaturesEvent>(() => undefined);
    const block = { requests, events };
    signal?.addEventListener('abort', () => events.fail(new Error('cancelled')), { once: true });
    this.blocks.push(block);
    this.answer(block);
    return events as unknown as Channel<Event>;
  }
}

/** One token for each character of the text that is scored; its log-probability is `-1`, or that given. */
export function scored(request: ModelRequest, logprob = -1): ScoreEvent {
  if (request.kind !== 'loglikelihood' && request.kind !== 'loglikelihood_rolling') throw new RangeError(request.kind);
  const tokenIds = Array.from(request.kind === 'loglikelihood' ? request.continuation : request.text, (character) => character.charCodeAt(0));
  const tokenLogprobs = tokenIds.map(() => logprob);
  const response: ScoreResponse = {
    kind: request.kind, id: request.id, greedy: true, tokenIds, tokenLogprobs, tokenGreedy: tokenIds.map(() => true),
    logLikelihood: tokenLogprobs.reduce((sum, each) => sum + each, 0), truncated: 0,
  };
  return { type: 'response', response };
}

/** Input that a test writes line by line. */
export class Writer implements AsyncIterable<AskedLine> {
  private readonly channel = new Channel<AskedLine>(() => undefined);

  write(...requests: readonly object[]): void {
    this.channel.push(...requests.map((request) => ({ text: JSON.stringify(request) })));
  }

  line(text: string): void {
    this.channel.push({ text });
  }

  end(): void {
    this.channel.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<AskedLine> {
    return this.channel[Symbol.asyncIterator]();
  }
}

/** Lines that are all there. */
export async function* written(...requests: readonly (object | string)[]): AsyncGenerator<AskedLine> {
  for (const request of requests) yield { text: typeof request === 'string' ? request : JSON.stringify(request) };
}

export const continuation = (text: string): object => ({ type: 'loglikelihood', context: 'a', continuation: text });

/** What was answered, by its code where it is an error and by its number of tokens where it is none. */
export function outline(answers: readonly AskAnswer[]): (string | number)[] {
  return answers.map((answer) => ('error' in answer ? answer.error.code : answer.token_ids.length));
}
