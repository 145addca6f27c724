/** Scoring where texts are tokenised here or asked of the server: windows, borders and truncation are lm-evaluation-harness's (`local-completions`). */
import type { Sequence } from '../local/windows';
import { type EncodedRequest, encodeRequests, type EncodingRules } from '../local/encode';
import { LongText } from '../local/long-text';
import type { RequestFailure, ScoreEvent, ScoreRequest, ScoreResponse } from '../request';
import type { Scoring } from './abilities';
import { failure } from '../request-failure';
import { type Asking, echo, refused } from './asking';
import type { Echoed, EchoedToken } from './echoed';
import { placesOf } from './split-text';
import type { Tokens } from './tokens';

/** How many tokens a prompt has on its way: one is generated behind it, and the first is scored by nobody (`max_length` - 1, as in the harness). */
export const TOKENS_TO_SPARE = 2;

export type ByIds = { readonly scoring: Scoring; readonly tokens: Tokens; readonly maxLength: number };

export class ScoreByIds {
  private readonly rules: EncodingRules<Tokens>;

  constructor(private readonly options: ByIds) {
    const { tokens, maxLength } = options;
    const { prefixTokenId } = tokens;
    // Nothing is encoded with special tokens, so it does not matter what a prompt begins with.
    this.rules = { tokenizer: tokens, prefixTokenId, prefixText: null, maxLength: Math.max(1, maxLength - TOKENS_TO_SPARE), embeddingRows: Infinity };
  }

  /** Every request gets its event. Rejects as soon as the whole call cannot go on. */
  async score(requests: readonly ScoreRequest[], asking: Asking, emit: (event: ScoreEvent) => void): Promise<void> {
    const { encoded, longTexts, failures } = await encodeRequests(requests, this.rules, () => !asking.signal.aborted);
    for (const refusal of failures) emit({ type: 'failure', failure: this.explained(refusal) });
    const texts = longTexts.map(({ request, windows }) => new LongText(request, windows, this.rules, 1));
    const whole = encoded.map(async (request) => {
      const response = await this.answer(request, asking).catch((error: unknown) => refused(request.request.id, error));
      emit('code' in response ? { type: 'failure', failure: response } : { type: 'response', response });
    });
    const long = texts.map((text, index) => this.read(text, longTexts[index]?.request.id ?? '', asking, emit));
    await Promise.all([...whole, ...long]);
  }

  /** Where the tokens are the server's, it is the server that does not tell its special tokens. */
  private explained(refusal: RequestFailure): RequestFailure {
    return refusal.code === 'empty-context' && this.options.tokens.from === 'server' ? failure(refusal.id, 'endpoint-no-prefix') : refusal;
  }

  private async answer({ request, sequences, truncated }: EncodedRequest, asking: Asking): Promise<ScoreResponse | RequestFailure> {
    const scored: Scored[] = [];
    for (const window of await Promise.all(sequences.map((sequence) => this.scores(sequence, asking)))) {
      if ('counted' in window) return failure(request.id, 'endpoint-tokens-differ', { ours: window.wanted, theirs: window.counted });
      scored.push(...window);
    }
    const tokenLogprobs = scored.map(({ logprob }) => logprob);
    const tokenGreedy = scored.map(({ greedy }) => greedy);
    return {
      kind: request.kind,
      id: request.id,
      logLikelihood: tokenLogprobs.reduce((sum, logprob) => sum + logprob, 0),
      greedy: tokenGreedy.every(Boolean),
      tokenIds: sequences.flatMap(({ targets }) => targets),
      tokenLogprobs,
      tokenGreedy,
      truncated,
    };
  }

  /** A long text, window by window in its order; what is scored leaves in pieces. */
  private async read(text: LongText, id: string, asking: Asking, emit: (event: ScoreEvent) => void): Promise<void> {
    try {
      for (;;) {
        const batches = Array.from({ length: WINDOWS_TOGETHER }, () => text.nextBatch()).filter((batch) => batch !== undefined);
        if (batches.length === 0) break;
        const windows = batches.map(async (batch) => {
          const [row] = batch.rows;
          if (row === undefined) return;
          const scores = await this.scores({ fed: Array.from(row.tokens), targets: Array.from(row.targets) }, asking);
          if ('counted' in scores) throw new TokensDiffer(scores);
          const logprobs = Float32Array.from(scores, ({ logprob }) => logprob);
          text.take(batch, { logprobs, greedy: Uint8Array.from(scores, ({ greedy }) => (greedy ? 1 : 0)), tokens: batch.tokens, milliseconds: 0 });
        });
        await Promise.all(windows);
        while (text.isDue) {
          const piece = await text.nextPiece();
          if (piece === null) break;
          emit({ type: 'piece', piece });
        }
      }
      emit({ type: 'response', response: text.response() });
    } catch (error) {
      if (error instanceof TokensDiffer) emit({ type: 'failure', failure: failure(id, 'endpoint-tokens-differ', { ours: error.counts.wanted, theirs: error.counts.counted }) });
      else emit({ type: 'failure', failure: refused(id, error) });
    }
  }

  private async scores({ fed, targets }: Sequence, asking: Asking): Promise<readonly Scored[] | Counts> {
    const { scoring, tokens } = this.options;
    const last = targets.at(-1);
    const ids = last === undefined ? fed : [...fed, last];
    const prompt = scoring.prompts === 'ids' ? ids : await tokens.decode(ids);
    const echoed = await echo(asking, scoring.form, prompt);
    const { first, count } = typeof prompt === 'string' ? promptTokens(prompt, echoed, ids.length) : { first: 0, count: withoutGenerated(echoed, ids.length) };
    if (count !== ids.length) {
      if (scoring.prompts === 'ids') throw asking.server.badAnswer(`log-probabilities of ${echoed.tokens.length} tokens for a prompt of ${ids.length}`);
      return { wanted: ids.length, counted: count };
    }
    return echoed.tokens.slice(first, first + count).slice(-targets.length).map((token) => scored(token, asking));
  }
}

/** Windows of one text under way: enough for the server, few enough to stop. */
const WINDOWS_TOGETHER = 16;

type Scored = { readonly logprob: number; readonly greedy: boolean };
type Counts = { readonly wanted: number; readonly counted: number };

class TokensDiffer extends Error {
  constructor(readonly counts: Counts) {
    super('tokens differ');
  }
}

/** The echo has one token more where one was generated. */
function withoutGenerated({ tokens }: Echoed, ids: number): number {
  return tokens.length === ids + 1 ? ids : tokens.length;
}

/** Where the prompt's tokens lie among those of a text that the server tokenised; a BOS of its own stands in front. */
function promptTokens(prompt: string, echoed: Echoed, ids: number): { readonly first: number; readonly count: number } {
  const places = placesOf(prompt, echoed);
  if (places !== null) return { first: places.first, count: places.end - places.first };
  const count = echoed.promptTokens > 0 && echoed.promptTokens <= echoed.tokens.length ? echoed.promptTokens : withoutGenerated(echoed, ids);
  return count === ids + 1 ? { first: 1, count: ids } : { first: 0, count };
}

export function scored({ logprob, greedy }: EchoedToken, { server }: Asking): Scored {
  if (logprob === null) throw server.badAnswer('no log-probability for a token behind the first');
  return { logprob, greedy: greedy === true };
}
