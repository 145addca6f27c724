/** Whose tokens a server's requests are counted in: its own, asked of it, or those of a folder. */
import { openTokenizerProcess } from '../../checkpoint/tokenizer/tokenizer-process';
import { AssayError, type SerializedError } from '../../protocol/errors';
import { isRecord } from './answer';
import { type EndpointServer, MOST_TRIES, PROBE_TRIES, Refusal } from './server';

/** Texts and token ids, without special tokens, as lm-evaluation-harness 0.4.13 counts for `local-completions` (`add_bos_token` false). */
export type Tokens = {
  readonly from: 'folder' | 'server';
  /** BOS, else EOS; null: not known. */
  readonly prefixTokenId: number | null;
  readonly eosText: string | null;
  readonly engine: 'native' | 'js' | 'server';
  readonly warnings: readonly SerializedError[];
  readonly versions: Readonly<Record<string, string>>;
  encodeBatch(texts: readonly string[]): Promise<number[][]>;
  decode(ids: readonly number[]): Promise<string>;
  /** Text of each token alone, for people. */
  tokensOf(ids: readonly number[]): Promise<string[]>;
  close(): Promise<void>;
};

/** In a process of its own; `script`: dist/tokenizer.js. Throws `broken-checkpoint` or `unsupported-checkpoint`. */
export async function folderTokens(folder: string, script: string, signal: AbortSignal): Promise<Tokens> {
  const tokenizer = await openTokenizerProcess({ folder, modelType: '', script, signal });
  return {
    from: 'folder',
    prefixTokenId: tokenizer.bosId ?? tokenizer.eosId,
    eosText: tokenizer.eosToken,
    engine: tokenizer.engine,
    warnings: tokenizer.warnings,
    versions: { tokenizers: tokenizer.version },
    encodeBatch: (texts) => tokenizer.encodeBatch(texts, false),
    decode: (ids) => tokenizer.decode(ids),
    tokensOf: (ids) => tokenizer.tokensOf(ids),
    close: () => tokenizer.close(),
  };
}

/** The tokenizer of a server that lets it be asked (vLLM, llama.cpp: `/tokenize`, `/detokenize`); null for others. */
export async function serverTokens(server: EndpointServer, model: string, signal: AbortSignal): Promise<Tokens | null> {
  const remote = new RemoteTokenizer(server, model, signal);
  const plain = await remote.tryEncode('a b', false);
  if (plain === null || plain.length === 0) return null;
  const { bos, eos } = await remote.special();
  const named = bos ?? eos;
  const prefixTokenId = named === null ? await remote.addedInFront(plain) : ((await remote.encode(named))[0] ?? null);
  return {
    from: 'server',
    prefixTokenId,
    eosText: eos,
    engine: 'server',
    warnings: [],
    versions: {},
    encodeBatch: (texts) => Promise.all(texts.map((text) => remote.encode(text))),
    decode: (ids) => remote.decode(ids),
    tokensOf: (ids) => Promise.all(ids.map((id) => remote.decode([id]))),
    close: () => Promise.resolve(),
  };
}

class RemoteTokenizer {
  constructor(
    private readonly server: EndpointServer,
    private readonly model: string,
    private readonly signal: AbortSignal,
  ) {}

  async encode(text: string): Promise<number[]> {
    const ids = idsOf(await this.tokenize(text, false, MOST_TRIES));
    if (ids === null) throw this.server.badAnswer('"tokens" of /tokenize is no list of token ids');
    return ids;
  }

  /** null where the server has no such thing. */
  async tryEncode(text: string, special: boolean): Promise<number[] | null> {
    try {
      return idsOf(await this.tokenize(text, special, PROBE_TRIES));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** The text of tokens; empty where the server does not tell it. */
  async decode(ids: readonly number[]): Promise<string> {
    try {
      const answer = await this.server.ask(`${this.server.root}/detokenize`, { model: this.model, tokens: ids }, this.signal);
      const text = isRecord(answer) ? (answer['prompt'] ?? answer['content']) : null;
      return typeof text === 'string' ? text : '';
    } catch (error) {
      if (error instanceof Refusal) return '';
      throw error;
    }
  }

  /** Special tokens that vLLM tells where it was started with `--enable-tokenizer-info-endpoint`. */
  async special(): Promise<{ readonly bos: string | null; readonly eos: string | null }> {
    const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
    try {
      const info = await this.server.ask(`${this.server.root}/tokenizer_info`, null, this.signal, PROBE_TRIES);
      return isRecord(info) ? { bos: text(info['bos_token']), eos: text(info['eos_token']) } : { bos: null, eos: null };
    } catch (error) {
      if (isMissing(error)) return { bos: null, eos: null };
      throw error;
    }
  }

  /** The token that the tokenizer itself puts in front of a text. */
  async addedInFront(plain: readonly number[]): Promise<number | null> {
    const special = await this.tryEncode('a b', true);
    const first = special?.[0];
    return first !== undefined && special !== null && special.length > plain.length && first !== plain[0] ? first : null;
  }

  /** vLLM takes `prompt` and `add_special_tokens`, llama.cpp `content` and `add_special`. */
  private tokenize(text: string, special: boolean, tries: number): Promise<unknown> {
    const body = { model: this.model, prompt: text, content: text, add_special_tokens: special, add_special: special };
    return this.server.ask(`${this.server.root}/tokenize`, body, this.signal, tries);
  }
}

function idsOf(answer: unknown): number[] | null {
  const tokens = isRecord(answer) ? answer['tokens'] : null;
  return Array.isArray(tokens) && tokens.every((id) => Number.isSafeInteger(id) && id >= 0) ? (tokens as number[]) : null;
}

/** What a server says to an address it does not know: 404, a page of its own, or a fault. */
export function isMissing(error: unknown): boolean {
  return error instanceof Refusal || (error instanceof AssayError && (error.code === 'endpoint-bad-answer' || error.code === 'endpoint-unreachable'));
}
