import { join } from 'node:path';
import { AnsweringProcess, RequestLost } from '../../processes/answering-process';
import { AssayError } from '../../protocol/errors';
import { broken } from '../failure';
import type { Tokenizer } from '../tokenizer';
import { type IdLists, packLists, type ToTokenizer, type TokenizerAnswer, type TokenizerAsk, type TokenizerFacts, type TokenizerSource, unpackLists } from './requests';

export type TokenizerProcessOptions = TokenizerSource & {
  /** dist/tokenizer.js */
  readonly script: string;
  /** The Node that runs it. Default: the one that runs this process. */
  readonly node?: string;
  /** What the process may hold, beside what a long text takes. Default: 3072. */
  readonly megabytes?: number;
  /** How long it may be silent once it is open, beside what a long text takes. Default: 60. */
  readonly seconds?: number;
  /** How long it may take to open. Default: 60. */
  readonly openSeconds?: number;
  /** Why a process that had to be started again may read other files than the first; null: the files are what they were. */
  readonly changed?: () => AssayError | null;
  /** Ends the process while it opens the tokenizer; the error is the signal's reason. */
  readonly signal?: AbortSignal;
};

/** What is sent together: some ten milliseconds of work, so that a short question does not wait long behind a block of texts. */
const TEXTS_TOGETHER = 256;
const CHARACTERS_TOGETHER = 1 << 16;

const MEGABYTES = 3072;
const SECONDS = 60;
/** One text cannot be sent in pieces. The native engine holds 170 bytes a byte of it; the slowest one on a slow machine reads some 40 kB/s. */
const MEGABYTES_PER_MILLION = 400;
const SECONDS_PER_MILLION = 100;

const SHOWN_CHARACTERS = 80;
const SHOWN_IDS = 16;

/**
 * Opens a folder's tokenizer in a process of its own. Rejects with `broken-checkpoint` or `unsupported-checkpoint`, also where the
 * process dies of it.
 */
export async function openTokenizerProcess(options: TokenizerProcessOptions): Promise<Tokenizer> {
  const process = new TokenizerProcess(options);
  try {
    return new RemoteTokenizer(await process.open(options.signal), process);
  } catch (error) {
    await process.close();
    throw error;
  }
}

/** The tokenizer as the rest of the house knows it; every question is answered by the process. */
class RemoteTokenizer implements Tokenizer {
  readonly engine: Tokenizer['engine'];
  readonly version: string;
  readonly warnings: Tokenizer['warnings'];
  readonly bosId: number | null;
  readonly eosId: number | null;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly padId: number | null;
  readonly padToken: string | null;
  readonly vocabularySize: number;
  readonly modelMaxLength: number | null;

  constructor(
    facts: TokenizerFacts,
    private readonly process: TokenizerProcess,
  ) {
    ({
      engine: this.engine, version: this.version, warnings: this.warnings, bosId: this.bosId, eosId: this.eosId, bosToken: this.bosToken, eosToken: this.eosToken,
      padId: this.padId, padToken: this.padToken,
      vocabularySize: this.vocabularySize, modelMaxLength: this.modelMaxLength,
    } = facts);
  }

  async encodeBatch(texts: readonly string[], addSpecialTokens: boolean): Promise<number[][]> {
    const ids: number[][] = [];
    for (const chunk of chunks(texts, (text) => text.length)) for (const list of await this.process.encode(chunk, addSpecialTokens)) ids.push(list);
    return ids;
  }

  async decode(ids: readonly number[]): Promise<string> {
    return (await this.decodeBatch([ids], false))[0] ?? '';
  }

  async decodeBatch(sequences: readonly (readonly number[])[], skipSpecialTokens: boolean): Promise<string[]> {
    const texts: string[] = [];
    for (const chunk of chunks(sequences, (ids) => ids.length)) texts.push(...(await this.process.decode(packLists(chunk), skipSpecialTokens)));
    return texts;
  }

  async tokensOf(ids: readonly number[]): Promise<string[]> {
    const texts: string[] = [];
    for (let start = 0; start < ids.length; start += CHARACTERS_TOGETHER) {
      for (const text of await this.process.tokens(Int32Array.from(ids.slice(start, start + CHARACTERS_TOGETHER)))) texts.push(text);
    }
    return texts;
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

/** Questions to the process, each with what it may cost, and what its death means. */
class TokenizerProcess {
  private readonly process: AnsweringProcess<ToTokenizer, TokenizerAnswer>;
  private readonly source: TokenizerSource;
  private isClosed = false;

  constructor(private readonly options: TokenizerProcessOptions) {
    const { script, node, folder, modelType, engine } = options;
    this.process = new AnsweringProcess({ script, ...(node !== undefined && { node }) });
    this.source = { folder, modelType, ...(engine !== undefined && { engine }) };
  }

  async open(signal?: AbortSignal): Promise<TokenizerFacts> {
    try {
      const answer = await this.send({ kind: 'open' }, 0, signal);
      if (answer.kind === 'facts') return answer.facts;
      throw new TypeError(answer.kind);
    } catch (error) {
      throw error instanceof RequestLost ? this.unreadable(error) : error;
    }
  }

  async encode(texts: readonly string[], special: boolean): Promise<number[][]> {
    try {
      return await this.ids({ kind: 'encode', texts, special });
    } catch (error) {
      if (texts.length === 1 || !(error instanceof RequestLost) || 'seconds' in error.reason || this.isClosed) throw this.failure(error, () => excerpt(texts[0] ?? ''));
    }
    // Which of them it dies of shows when they come one by one.
    const ids: number[][] = [];
    for (const text of texts) ids.push(...(await this.encode([text], special)));
    return ids;
  }

  async decode(lists: IdLists, skipSpecial: boolean): Promise<readonly string[]> {
    return this.texts({ kind: 'decode', lists, skipSpecial }, lists.ids);
  }

  async tokens(ids: Int32Array): Promise<readonly string[]> {
    return this.texts({ kind: 'tokens', ids }, ids);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return this.process.close();
  }

  private async ids(ask: TokenizerAsk & { readonly kind: 'encode' }): Promise<number[][]> {
    const answer = await this.send(ask, ask.texts.reduce((sum, text) => sum + text.length, 0));
    return answer.kind === 'ids' ? unpackLists(answer.lists) : [];
  }

  private async texts(ask: TokenizerAsk, ids: Int32Array): Promise<readonly string[]> {
    try {
      const answer = await this.send(ask, ids.length);
      return answer.kind === 'texts' ? answer.texts : [];
    } catch (error) {
      throw this.failure(error, () => `[${ids.subarray(0, SHOWN_IDS).join(', ')}${ids.length > SHOWN_IDS ? ', …' : ''}]`);
    }
  }

  private async send(ask: TokenizerAsk, size: number, signal?: AbortSignal): Promise<TokenizerAnswer> {
    if (this.isClosed) throw new AssayError('model-closed');
    const { megabytes = MEGABYTES, seconds = SECONDS, openSeconds = SECONDS, changed } = this.options;
    const million = size / 1e6;
    const budget = { first: openSeconds, silence: seconds + million * SECONDS_PER_MILLION };
    const before = this.process.starts;
    const answer = await this.process.ask({ source: this.source, megabytes: Math.round(megabytes + million * MEGABYTES_PER_MILLION), ask }, budget, signal);
    const change = before > 0 && this.process.starts > before ? (changed?.() ?? null) : null;
    if (change !== null) throw change;
    return answer;
  }

  /** What a failure to read `text` is called. */
  private failure(error: unknown, text: () => string): unknown {
    const place = { file: this.file };
    if (error instanceof AssayError) return error.code === 'tokenizer-failed' ? new AssayError(error.code, { ...error.args, text: text() }, place, { cause: error }) : error;
    if (!(error instanceof RequestLost)) return error;
    if (this.isClosed) return new AssayError('model-closed');
    // It had not opened the tokenizer once more when it ended: no text is to blame.
    if (error.at === undefined) return this.unreadable(error);
    const { reason } = error;
    if ('seconds' in reason) return new AssayError('tokenizer-too-slow', { text: text(), seconds: Math.round(reason.seconds) }, place);
    return new AssayError('tokenizer-died', { text: text(), cause: reason.cause }, place);
  }

  private unreadable({ reason }: RequestLost): AssayError {
    const detail = 'seconds' in reason ? `it takes longer than ${reason.seconds} s` : `the process that reads it ended (${reason.cause})`;
    return broken(`tokenizer.json cannot be used: ${detail}.`, { file: this.file });
  }

  private get file(): string {
    return join(this.source.folder, 'tokenizer.json');
  }
}

function* chunks<T>(items: readonly T[], sizeOf: (item: T) => number): Generator<readonly T[]> {
  let chunk: T[] = [];
  let size = 0;
  for (const item of items) {
    if (chunk.length === TEXTS_TOGETHER || (chunk.length > 0 && size + sizeOf(item) > CHARACTERS_TOGETHER)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(item);
    size += sizeOf(item);
  }
  if (chunk.length > 0) yield chunk;
}

function excerpt(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS)) + (text.length > SHOWN_CHARACTERS ? '…' : '');
}
