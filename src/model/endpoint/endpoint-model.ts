import { setMaxListeners } from 'node:events';
import { AssayError } from '../../protocol/errors';
import { cannotAnswer } from '../cannot-answer';
import type { LanguageModel, ModelInfo } from '../language-model';
import { Channel } from '../local/channel';
import type { FeaturesEvent, GenerateEvent, GenerateRequest, ScoreEvent, ScoreRequest } from '../request';
import { type Asking, refused } from './asking';
import { generateText, type Generation } from './generation';
import type { ScoreByIds } from './score-by-ids';
import type { ScoreByText } from './score-by-text';
import type { EndpointServer } from './server';

/** A call that cannot be answered at all: why. */
export type Unscored = { readonly error: AssayError };

export type EndpointParts = {
  readonly server: EndpointServer;
  readonly model: string;
  readonly scorer: ScoreByIds | ScoreByText | Unscored;
  readonly generation: Generation;
};

/** A model that runs behind a server. Requests go one by one, as many at a time as its config says: batches are the server's affair. */
export class EndpointModel implements LanguageModel {
  /** `life`: what is aborted when the model is closed, and ends what is under way. */
  constructor(
    readonly info: ModelInfo,
    private readonly parts: EndpointParts,
    private readonly life: AbortController,
  ) {}

  score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<ScoreEvent> {
    const wanted = requests.filter(({ id }) => !answered.has(id));
    return this.call<ScoreEvent>(signal, async (asking, emit) => {
      const { scorer } = this.parts;
      if ('error' in scorer) throw scorer.error;
      await scorer.score(wanted, asking, emit);
    });
  }

  generate(requests: readonly GenerateRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<GenerateEvent> {
    const wanted = requests.filter(({ id }) => !answered.has(id));
    return this.call<GenerateEvent>(signal, async (asking, emit) => {
      await Promise.all(
        wanted.map(async (request) => {
          const response = await generateText(request, this.parts.generation, asking).catch((error: unknown) => refused(request.id, error));
          emit('code' in response ? { type: 'failure', failure: response } : { type: 'response', response });
        }),
      );
    });
  }

  features(): AsyncIterable<FeaturesEvent> {
    return cannotAnswer(this.parts.model, 'features');
  }

  async tokenize(text: string): Promise<{ ids: number[]; tokens: string[] }> {
    const { tokens } = this.parts.generation;
    if (tokens === null) throw new AssayError('endpoint-no-tokenizer', { endpoint: this.parts.server.endpoint });
    const ids = (await tokens.encodeBatch([text]))[0] ?? [];
    return { ids, tokens: await tokens.tokensOf(ids) };
  }

  async close(): Promise<void> {
    this.life.abort();
    await this.parts.generation.tokens?.close();
    this.parts.server.close();
  }

  /** Work that begins now; its first failure ends what is still under way, and so do `signal` and a reader who leaves. */
  private call<E extends { readonly type: string }>(signal: AbortSignal | undefined, work: (asking: Asking, emit: (event: E | Progress) => void) => Promise<void>): AsyncIterable<E | Progress> {
    const ending = new AbortController();
    // A block of requests waits on it.
    setMaxListeners(0, ending.signal);
    const end = (): void => ending.abort();
    const sources = [signal, this.life.signal].filter((source) => source !== undefined);
    const events = new Channel<E | Progress>(() => {
      end();
      for (const source of sources) source.removeEventListener('abort', end);
    });
    for (const source of sources) {
      source.addEventListener('abort', end, { once: true });
      if (source.aborted) end();
    }
    let tokens = 0;
    const count = (more: number): void => {
      tokens += more;
      events.push({ type: 'progress', tokens });
    };
    const { server, model } = this.parts;
    work({ server, model, signal: ending.signal, count }, (event) => events.push(event)).then(
      () => events.end(),
      (error: unknown) => {
        end();
        events.fail(AssayError.from(error));
      },
    );
    return events;
  }
}

type Progress = { readonly type: 'progress'; readonly tokens: number };
