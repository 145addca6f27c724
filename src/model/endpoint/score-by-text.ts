/** Scoring by the tokens a server echoes, where nobody tells how it tokenises: the texts of its tokens say which of them are the continuation. */
import type { LogLikelihoodRequest, RequestFailure, RollingRequest, ScoreEvent, ScoreRequest, ScoreResponse } from '../request';
import { strip } from '../../python/string';
import type { Scoring } from './abilities';
import { failure } from '../request-failure';
import { type Asking, echo, refused } from './asking';
import type { Echoed } from './echoed';
import { scored, TOKENS_TO_SPARE } from './score-by-ids';
import { placesOf, tokenAt } from './split-text';

export class ScoreByText {
  constructor(private readonly options: { readonly scoring: Scoring; readonly maxLength: number }) {}

  /** Every request gets its event. Rejects as soon as the whole call cannot go on. */
  async score(requests: readonly ScoreRequest[], asking: Asking, emit: (event: ScoreEvent) => void): Promise<void> {
    await Promise.all(
      requests.map(async (request) => {
        const answered = request.kind === 'loglikelihood' ? this.continuation(request, asking) : this.text(request, asking);
        const response = await answered.catch((error: unknown) => refused(request.id, error));
        emit('code' in response ? { type: 'failure', failure: response } : { type: 'response', response });
      }),
    );
  }

  /**
   * White space at the end of the context belongs to the continuation. Where a token lies across the border, the continuation begins
   * behind as many tokens as the context has alone: the harness's rule, by the tokens of the whole.
   */
  private async continuation({ kind, id, context, continuation }: LogLikelihoodRequest, asking: Asking): Promise<ScoreResponse | RequestFailure> {
    if (continuation === '') return failure(id, 'empty-continuation');
    const before = strip(context, null, 'right');
    if (context !== '' && before === '') return failure(id, 'blank-context');
    const whole = context + continuation;
    const { echoed, places } = await this.echoed(whole, asking);
    const border = before === '' ? { index: places.first, straddles: false } : tokenAt(places, before.length);
    if (border === null) return failure(id, 'empty-continuation');
    let { index } = border;
    if (border.straddles) {
      const alone = await this.echoed(before, asking);
      index = places.first + alone.places.end - alone.places.first;
      if (index >= places.end) return failure(id, 'empty-continuation');
    }
    return this.response(kind, id, echoed, index, places.end, asking);
  }

  private async text({ kind, id, text, window }: RollingRequest, asking: Asking): Promise<ScoreResponse | RequestFailure> {
    if (text === '') return { kind, id, logLikelihood: 0, greedy: true, tokenIds: [], tokenLogprobs: [], tokenGreedy: [], truncated: 0 };
    const { echoed, places } = await this.echoed(text, asking);
    const limit = Math.min(window ?? Infinity, this.options.maxLength - TOKENS_TO_SPARE);
    const count = places.end - places.first;
    if (count > limit) return failure(id, 'endpoint-no-windows', { tokens: count, limit });
    return this.response(kind, id, echoed, places.first, places.end, asking);
  }

  private async echoed(prompt: string, asking: Asking): Promise<{ readonly echoed: Echoed; readonly places: NonNullable<ReturnType<typeof placesOf>> }> {
    const echoed = await echo(asking, this.options.scoring.form, prompt);
    const places = placesOf(prompt, echoed);
    if (places === null) throw asking.server.badAnswer('tokens whose texts are not those of the prompt');
    return { echoed, places };
  }

  /** The server's ids are not known. */
  private response(kind: ScoreRequest['kind'], id: string, { tokens }: Echoed, first: number, end: number, asking: Asking): ScoreResponse | RequestFailure {
    if (first === 0 && tokens[0]?.logprob === null) return failure(id, 'endpoint-no-prefix');
    const answers = tokens.slice(first, end).map((token) => scored(token, asking));
    const tokenLogprobs = answers.map(({ logprob }) => logprob);
    const tokenGreedy = answers.map(({ greedy }) => greedy);
    const logLikelihood = tokenLogprobs.reduce((sum, logprob) => sum + logprob, 0);
    return { kind, id, logLikelihood, greedy: tokenGreedy.every(Boolean), tokenIds: [], tokenLogprobs, tokenGreedy, truncated: 0, tokens: answers.length };
  }
}
