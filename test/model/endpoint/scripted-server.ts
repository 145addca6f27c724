/** A server on this machine that speaks OpenAI's completions as a test wants it to: whole, in the manner of several products, or broken. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server's model sees a text: ids of its tokens, and of each token the log-probability after those before it, and the best one there. */
export type ServedTokens = {
  readonly encode: (text: string) => Promise<readonly number[]>;
  readonly textOf: (id: number) => string;
  /** Of each token of `ids` but the first. `best`: the highest at this place. */
  readonly score: (ids: readonly number[]) => Promise<readonly { readonly logprob: number; readonly best: number }[]>;
  readonly generate?: (prompt: string | readonly number[], body: Body) => { readonly text: string; readonly finish: string };
  readonly bos?: string;
};

export type Body = Readonly<Record<string, unknown>>;

export type Product = {
  /** `/tokenize`, `/detokenize` and `/tokenizer_info` are there. */
  readonly tokenizes?: boolean;
  /** Prompts may be token ids. */
  readonly takesIds?: boolean;
  readonly echoes?: boolean;
  readonly promptLogprobs?: boolean;
  readonly tops?: boolean;
  readonly offsets?: boolean;
  readonly texts?: boolean;
  readonly maxLength?: number;
};

/** Answers a request instead of the model; false: the model shall. */
export type Intervention = (request: { readonly path: string; readonly body: Body; readonly headers: IncomingMessage['headers']; readonly count: number }, response: ServerResponse) => boolean | Promise<boolean>;

export class ScriptedServer {
  readonly asked: { readonly path: string; readonly body: Body; readonly headers: IncomingMessage['headers'] }[] = [];
  /** Requests being answered, and the most there ever were. */
  under = 0;
  most = 0;
  /** Also when it has stopped. */
  endpoint = '';
  private readonly server: Server;

  private constructor(
    private readonly model: ServedTokens,
    public product: Product,
    public intervene: Intervention,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response).catch((error: unknown) => json(response, 500, { error: { message: String(error) } })));
  }

  static async start(model: ServedTokens, product: Product = {}, intervene: Intervention = () => false): Promise<ScriptedServer> {
    const started = new ScriptedServer(model, product, intervene);
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    started.endpoint = `http://127.0.0.1:${(started.server.address() as AddressInfo).port}/v1`;
    return started;
  }


  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (!this.server.listening) return;
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.under++;
    this.most = Math.max(this.most, this.under);
    response.on('close', () => this.under--);
    const text = await bodyOf(request);
    const path = request.url ?? '';
    const body = (text === '' ? {} : JSON.parse(text)) as Body;
    this.asked.push({ path, body, headers: request.headers });
    if (await this.intervene({ path, body, headers: request.headers, count: this.asked.length }, response)) return;
    const { tokenizes = false, maxLength } = this.product;
    if (path === '/v1/models') return json(response, 200, { data: [{ id: 'm', root: 'org/m', ...(maxLength !== undefined && { max_model_len: maxLength }) }] });
    if (tokenizes && path === '/tokenize') return json(response, 200, { tokens: await this.model.encode(String(body['prompt'])) });
    if (tokenizes && path === '/detokenize') return json(response, 200, { prompt: (body['tokens'] as number[]).map((id) => this.model.textOf(id)).join('') });
    if (tokenizes && path === '/tokenizer_info') return json(response, 200, { bos_token: this.model.bos ?? null, eos_token: null });
    if (path === '/v1/completions') return this.complete(body, response);
    if (path === '/v1/chat/completions') {
      const { text: content, finish } = this.model.generate?.(JSON.stringify(body['messages']), body) ?? { text: '', finish: 'stop' };
      return json(response, 200, { choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish }] });
    }
    json(response, 404, { detail: 'Not Found' });
  }

  private async complete(body: Body, response: ServerResponse): Promise<void> {
    const { takesIds = true, echoes = true, promptLogprobs = false, tops = true, offsets = true, texts = true } = this.product;
    const prompt = body['prompt'] as string | number[];
    if (typeof prompt !== 'string' && !takesIds) return json(response, 400, { error: { message: 'prompt must be a string' } });
    if (body['echo'] === undefined && body['prompt_logprobs'] === undefined) {
      const { text, finish } = this.model.generate?.(prompt, body) ?? { text: '', finish: 'stop' };
      return json(response, 200, { choices: [{ index: 0, text, finish_reason: finish }], usage: { prompt_tokens: 3, completion_tokens: 2 } });
    }
    if (body['echo'] === true && !echoes) return json(response, 400, { error: { message: 'Only no echo is supported' } });
    const ids = typeof prompt === 'string' ? await this.model.encode(prompt) : prompt;
    const scores = await this.model.score(ids);
    const pieces = ids.map((id) => this.model.textOf(id));
    const choice = { index: 0, text: `${pieces.join('')}!`, finish_reason: 'length' };
    if (body['echo'] !== true) {
      const entries = ids.map((id, place) => {
        const score = scores[place - 1];
        if (score === undefined) return null;
        const own = { [id]: { logprob: score.logprob, rank: score.logprob >= score.best ? 1 : 7, decoded_token: pieces[place] } };
        return score.logprob >= score.best ? own : { ...own, [id + 1]: { logprob: score.best, rank: 1, decoded_token: 'x' } };
      });
      return json(response, 200, { choices: [promptLogprobs ? { ...choice, prompt_logprobs: entries } : choice], usage: { prompt_tokens: ids.length } });
    }
    const logprobs = {
      token_logprobs: [null, ...scores.map(({ logprob }) => logprob), -0.5],
      ...(texts && { tokens: [...pieces, '!'] }),
      ...(offsets && { text_offset: offsetsOf([...pieces, '!']) }),
      top_logprobs: tops ? [null, ...scores.map(({ logprob, best }, index) => ({ [pieces[index + 1] ?? '']: logprob, '\u0000best': best })), { '!': -0.5 }] : null,
    };
    json(response, 200, { choices: [{ ...choice, logprobs }], usage: { prompt_tokens: ids.length, completion_tokens: 1 } });
  }
}

export function json(response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Code points before each token. */
function offsetsOf(pieces: readonly string[]): number[] {
  let offset = 0;
  return pieces.map((piece) => {
    const begin = offset;
    offset += [...piece].length;
    return begin;
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** Tokens are runs of letters with the space before them, or single characters; a token's log-probability depends on it and the one before. */
export class WordTokens implements ServedTokens {
  private readonly ids = new Map<string, number>();
  private readonly texts: string[] = [];

  constructor(
    readonly bos?: string,
    readonly generate?: ServedTokens['generate'],
    private readonly merges: readonly string[] = [],
  ) {
    if (bos !== undefined) this.idOf(bos);
  }

  readonly encode = (text: string): Promise<number[]> => {
    const special = this.bos === undefined ? [] : [this.bos];
    const parts = [...special, ...this.merges].map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`${parts.map((each) => `${each}|`).join('')} ?\\p{L}+|[^]`, 'gu');
    return Promise.resolve((text.match(pattern) ?? []).map((piece) => this.idOf(piece)));
  };

  readonly textOf = (id: number): string => this.texts[id] ?? '?';

  readonly score: ServedTokens['score'] = (ids) =>
    Promise.resolve(
      ids.slice(1).map((id, index) => {
        const logprob = logprobOf(this.textOf(ids[index] ?? 0), this.textOf(id));
        return { logprob, best: logprob > -3 ? logprob : -0.25 };
      }),
    );

  private idOf(piece: string): number {
    const known = this.ids.get(piece) ?? this.texts.length;
    if (known === this.texts.length) {
      this.ids.set(piece, known);
      this.texts.push(piece);
    }
    return known;
  }
}

/** Between -0.01 and -10, of two texts. */
export function logprobOf(before: string, token: string): number {
  const seed = [...`${before}\u0000${token}`].reduce((hash, character) => (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521, 7);
  return -0.01 - (seed % 999) / 100;
}
