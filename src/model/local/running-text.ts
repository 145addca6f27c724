import type { PartialScores } from '../language-model';
import type { Answer } from './answer';
import type { EncodingRules } from './encode';

const INTERVAL_MS = 100;

/** UTF-8 has at most four bytes a character, so at most three tokens of an unfinished one stand at the end of a piece. */
const MOST_HELD_BACK = 3;
const NO_CHARACTER = '\ufffd';

/** Tells a long text in pieces, in text order, while the rest is still scored. Each token is decoded once, so a piece costs its own length. */
export class RunningText {
  private told = 0;
  private lastTime: number | null = null;
  private isDecoding = false;

  constructor(
    private readonly request: { readonly id: string; readonly text: string },
    private readonly answer: Pick<Answer, 'tokenIds' | 'prefixLength' | 'logprobsOf'>,
    private readonly rules: Pick<EncodingRules, 'tokenizer' | 'prefixTokenId' | 'prefixText'>,
    private readonly now: () => number,
  ) {}

  /** Its first window is on its way: a text that is done before a piece is due tells nothing. */
  begin(): void {
    this.lastTime ??= this.now();
  }

  /** What has been scored since the last piece, up to the end of a character; null where none is due. */
  async next(): Promise<PartialScores | null> {
    const { prefixLength } = this.answer;
    const time = this.now();
    if (this.isDecoding || prefixLength === this.told || time - (this.lastTime ?? time) < INTERVAL_MS) return null;
    this.lastTime = time;
    this.isDecoding = true;
    try {
      const start = this.told;
      const piece = await this.wholeCharacters(start, prefixLength);
      if (piece === null) return null;
      const { end, text } = piece;
      this.told = end;
      return { id: this.request.id, tokenLogprobs: this.answer.logprobsOf(start, end), text };
    } finally {
      this.isDecoding = false;
    }
  }

  /** Up to the last whole character before `end`; null where there is none yet. */
  private async wholeCharacters(start: number, end: number): Promise<{ readonly end: number; readonly text: string } | null> {
    const longest = await this.decode(start, end);
    let text = longest;
    for (let held = 0; held <= MOST_HELD_BACK; held++) {
      if (end - held === start) return null;
      if (held > 0) text = await this.decode(start, end - held);
      if (!text.endsWith(NO_CHARACTER)) return { end: end - held, text };
    }
    // Where nothing helps, the text itself has this character.
    return { end, text: longest };
  }

  private async decode(start: number, end: number): Promise<string> {
    const { tokenizer, prefixTokenId, prefixText } = this.rules;
    const ids = this.answer.tokenIds.slice(start, end);
    if (prefixTokenId === null || prefixText === null) return tokenizer.decode(ids);
    // Some decoders strip the space that a text begins with; behind another token it stays.
    if (start > 0) return withoutPrefix(await tokenizer.decode([prefixTokenId, ...ids]), prefixText);
    const text = await tokenizer.decode(ids);
    const isAdded = ids[0] === prefixTokenId && !this.request.text.startsWith(prefixText);
    return isAdded ? withoutPrefix(text, prefixText) : text;
  }
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
