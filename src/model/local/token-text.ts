import type { Tokenizer } from '../../checkpoint/tokenizer';
import type { EncodingRules } from './encode';

/** The text that tokens of a text stand for, part by part. */
export class TextOfTokens {
  constructor(
    private readonly text: string,
    private readonly rules: Pick<EncodingRules<Pick<Tokenizer, 'decode'>>, 'tokenizer' | 'prefixTokenId' | 'prefixText'>,
  ) {}

  /** `isFirst`: the tokens begin the text. A prefix token that the tokenizer added there is no part of it. */
  async decode(ids: readonly number[], isFirst: boolean): Promise<string> {
    const { tokenizer, prefixTokenId, prefixText } = this.rules;
    if (prefixTokenId === null || prefixText === null) return tokenizer.decode(ids);
    // Some decoders strip the space that a text begins with; behind another token it stays.
    if (!isFirst) return withoutPrefix(await tokenizer.decode([prefixTokenId, ...ids]), prefixText);
    const text = await tokenizer.decode(ids);
    const isAdded = ids[0] === prefixTokenId && !this.text.startsWith(prefixText);
    return isAdded ? withoutPrefix(text, prefixText) : text;
  }
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
