import type { Tokenizer } from '../../../src/checkpoint/tokenizer';

export type FakeOptions = { readonly bos?: boolean; readonly addsBos?: boolean; readonly merges?: readonly string[] };

/**
 * A tokenizer whose ids can be read: a character is its code, `merges` are tokens of their own (1000 and up), `<s>` is id 1.
 * It writes down what it was asked.
 */
export class FakeTokenizer implements Tokenizer {
  readonly engine = 'js';
  readonly version = 'fake';
  readonly warnings = [];
  readonly bosId: number | null;
  readonly bosToken: string | null;
  readonly eosId = null;
  readonly eosToken = null;
  readonly padId = null;
  readonly padToken = null;
  readonly vocabularySize = 2000;
  readonly modelMaxLength = null;
  readonly asked: { readonly texts: readonly string[]; readonly special: boolean }[] = [];

  constructor(private readonly options: FakeOptions = {}) {
    this.bosId = options.bos === false ? null : 1;
    this.bosToken = options.bos === false ? null : '<s>';
  }

  async encodeBatch(texts: readonly string[], addSpecialTokens: boolean): Promise<number[][]> {
    this.asked.push({ texts, special: addSpecialTokens });
    return texts.map((text) => [...(addSpecialTokens && this.options.addsBos === true ? [1] : []), ...this.encode(text)]);
  }

  async decode(ids: readonly number[]): Promise<string> {
    return ids.map((id) => (id === 1 ? '<s>' : String.fromCharCode(id))).join('');
  }

  decodeBatch(sequences: readonly (readonly number[])[], skipSpecialTokens: boolean): Promise<string[]> {
    return Promise.all(sequences.map((ids) => this.decode(skipSpecialTokens ? ids.filter((id) => id !== 1) : ids)));
  }

  async close(): Promise<void> {}

  async tokensOf(ids: readonly number[]): Promise<string[]> {
    return Promise.all(ids.map((id) => this.decode([id])));
  }

  private encode(text: string): number[] {
    const pieces = ['<s>', ...(this.options.merges ?? [])];
    const ids: number[] = [];
    for (let at = 0; at < text.length; ) {
      const piece = pieces.findIndex((each) => text.startsWith(each, at));
      ids.push(piece < 0 ? text.charCodeAt(at) : piece === 0 ? 1 : 1000 + piece - 1);
      at += piece < 0 ? 1 : (pieces[piece] ?? '').length;
    }
    return ids;
  }
}
