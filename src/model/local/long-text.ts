import { AssayError } from '../../protocol/errors';
import type { ScorePiece, ScoreRequest, ScoreResponse } from '../request';
import type { PlannedBatch } from './batches';
import type { BatchScores } from './model-process';
import { TextOfTokens } from './token-text';
import type { RollingWindows } from './windows';

/** At most ten pieces a second: a screen shows no more. */
const INTERVAL_MS = 100;
/** Tokens of one piece: a line of the journal stays a line. */
const MOST_TOKENS = 8192;
/** UTF-8 has at most four bytes a character, so at most three tokens of an unfinished one stand at the end of a piece. */
const MOST_HELD_BACK = 3;
const NO_CHARACTER = '\ufffd';

type LongRequest = ScoreRequest & { readonly kind: 'loglikelihood_rolling' };
/** Scores of tokens in a row. */
type Stretch = { readonly logprobs: Float32Array; readonly greedy: Uint8Array };

/**
 * A long text on its way: batches of windows are made as they are asked for, scores leave in pieces and are forgotten. What is
 * kept is four bytes a token. The plan of batches depends on the text and the windows alone, so a text that goes on at `from` is
 * computed in the same company as in one go, to the same last bit.
 */
export class LongText {
  private nextWindow = 0;
  /** Scores that came before their predecessors, by place. */
  private readonly ahead = new Map<number, Stretch>();
  private ready: Stretch[] = [];
  /** Tokens that are scored from the start on without a gap, and those of them that were told. */
  private scored: number;
  private told: number;
  private sum = 0;
  private allGreedy = true;
  private lastTime: number | null = null;
  private readonly text: TextOfTokens;
  private readonly from: number;

  constructor(
    private readonly request: LongRequest,
    private readonly windows: RollingWindows,
    rules: ConstructorParameters<typeof TextOfTokens>[1],
    /** Tokens of windows that are run together. */
    private readonly budget: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.from = Math.max(0, Math.min(request.from ?? 0, windows.length));
    this.scored = this.told = this.from;
    this.text = new TextOfTokens(request.text, rules);
  }

  /** Windows run together; undefined when all are on their way. Windows that lie wholly before `from` are left out, batch by batch. */
  nextBatch(): PlannedBatch | undefined {
    const together = Math.max(1, Math.floor(this.budget / Math.max(1, this.windows.width)));
    while (this.nextWindow < this.windows.count) {
      const end = Math.min(this.nextWindow + together, this.windows.count);
      const views = Array.from({ length: end - this.nextWindow }, (_, index) => this.windows.at(this.nextWindow + index));
      this.nextWindow = end;
      const first = views[0]?.first ?? 0;
      const scored = views.reduce((sum, { targets }) => sum + targets.length, 0);
      if (first + scored <= this.from) continue;
      this.lastTime ??= this.now();
      const rows = views.map(({ fed, targets }) => {
        const skipped = fed.length - targets.length;
        return { tokens: fed.slice(), parents: null, positions: Int32Array.from(targets, (_, index) => skipped + index), targets: targets.slice() };
      });
      return { rows, prefix: null, parts: [{ request: 0, first, indices: new Int32Array(0) }], tokens: rows.reduce((sum, { tokens }) => sum + tokens.length, 0) };
    }
    return undefined;
  }

  /** The scores of a batch: of all its windows, which follow one another in the text. */
  take({ parts, rows }: PlannedBatch, { logprobs, greedy }: BatchScores): void {
    const wanted = rows.reduce((sum, { targets }) => sum + targets.length, 0);
    if (logprobs.length !== wanted) throw new AssayError('internal', { message: `the model process sent ${logprobs.length} scores, wanted ${wanted}` });
    const first = parts[0]?.first ?? 0;
    const known = Math.max(0, this.from - first);
    this.ahead.set(first + known, { logprobs: logprobs.subarray(known), greedy: greedy.subarray(known) });
    for (let next = this.ahead.get(this.scored); next !== undefined; next = this.ahead.get(this.scored)) {
      this.ahead.delete(this.scored);
      this.ready.push(next);
      this.scored += next.logprobs.length;
    }
  }

  /** Everything is scored and told: only the response is missing. */
  get isTold(): boolean {
    return this.told === this.windows.length;
  }

  /** Whether a piece should be told now. */
  get isDue(): boolean {
    if (this.told === this.scored) return false;
    return this.scored === this.windows.length || this.scored - this.told >= MOST_TOKENS || this.now() - (this.lastTime ?? 0) >= INTERVAL_MS;
  }

  /** What was scored since the last piece, up to the end of a character; null where there is none yet. One call at a time. */
  async nextPiece(): Promise<ScorePiece | null> {
    this.lastTime = this.now();
    const from = this.told;
    const most = Math.min(this.scored, from + MOST_TOKENS);
    const { end, text } = await this.wholeCharacters(from, most);
    if (end === from) return null;
    const { logprobs, greedy } = this.takeReady(end - from);
    this.told = end;
    const tokenLogprobs = Array.from(logprobs);
    for (const logprob of tokenLogprobs) this.sum += logprob;
    this.allGreedy &&= greedy.every((flag) => flag === 1);
    return { id: this.request.id, from, tokenIds: this.windows.tokens(from, end), tokenLogprobs, tokenGreedy: Array.from(greedy, (flag) => flag === 1), text };
  }

  /** To be asked for when all is told. */
  response(): ScoreResponse {
    return {
      kind: 'loglikelihood_rolling',
      id: this.request.id,
      logLikelihood: this.sum,
      greedy: this.allGreedy,
      tokenIds: [],
      tokenLogprobs: [],
      tokenGreedy: [],
      tokens: this.windows.length - this.from,
      truncated: 0,
    };
  }

  /** Up to the last whole character before `end`; the end of the text, or of a full piece without one, stays as it is. */
  private async wholeCharacters(start: number, end: number): Promise<{ readonly end: number; readonly text: string }> {
    const longest = await this.decode(start, end);
    if (end === this.windows.length || !longest.endsWith(NO_CHARACTER)) return { end, text: longest };
    for (let held = 1; held <= MOST_HELD_BACK; held++) {
      if (end - held === start) return { end: start, text: '' };
      const text = await this.decode(start, end - held);
      if (!text.endsWith(NO_CHARACTER)) return { end: end - held, text };
    }
    // Where nothing helps, the text itself has this character.
    return { end, text: longest };
  }

  private decode(start: number, end: number): Promise<string> {
    return this.text.decode(this.windows.tokens(start, end), start === 0);
  }

  private takeReady(count: number): Stretch {
    const logprobs = new Float32Array(count);
    const greedy = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      const [stretch] = this.ready;
      if (stretch === undefined) break;
      const taken = Math.min(count - filled, stretch.logprobs.length);
      logprobs.set(stretch.logprobs.subarray(0, taken), filled);
      greedy.set(stretch.greedy.subarray(0, taken), filled);
      filled += taken;
      if (taken === stretch.logprobs.length) this.ready.shift();
      else this.ready[0] = { logprobs: stretch.logprobs.subarray(taken), greedy: stretch.greedy.subarray(taken) };
    }
    return { logprobs, greedy };
  }
}
