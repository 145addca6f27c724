import type { GenerationConfig } from '../../checkpoint/generation-config';
import { AssayError } from '../../protocol/errors';
import type { GenerateEvent, GenerateRequest, GenerateResponse } from '../request';
import type { GrownRow, RowEnd } from '../onnx/wire';
import { cutAtStops } from '../stop-strings';
import { GrowingAnswer, stopStrings } from './answer-text';
import { Channel } from './channel';
import type { EncodingRules } from './encode';
import { type EncodedContext, encodeContexts } from './encode-contexts';
import type { ModelProcess } from './model-process';
import { sharedPrefixes } from './shared-prefixes';
import { tokenChoice } from './token-choice';

/** A request whose answer grows in the model process. */
type Growing = {
  readonly encoded: EncodedContext;
  readonly answer: GrowingAnswer;
  /** In the process. */
  row: number | null;
  end: RowEnd | null;
};

/** Tokens after which progress is told while no answer is complete. */
const TOLD_EVERY = 64;

let nextPrefix = 0;

/**
 * One call of `generate`: prompts become tokens here, tokens grow in the model process, and here they become text, in which stop
 * strings are looked for. The process goes on meanwhile: a token or two too many are thrown away.
 */
export class GenerateJob {
  readonly events: Channel<GenerateEvent>;
  private readonly growing = new Set<Growing>();
  private readonly changed = new Set<Growing>();
  private looking = false;
  private tokens = 0;
  private told = 0;
  private open = true;

  constructor(
    private readonly requests: readonly GenerateRequest[],
    private readonly answered: ReadonlySet<string>,
    private readonly rules: EncodingRules,
    private readonly config: GenerationConfig,
    private readonly process: Pick<ModelProcess, 'generate' | 'stopRows'>,
    abandoned: () => void,
  ) {
    this.events = new Channel(abandoned);
  }

  /** Never rejects: what goes wrong ends the events. */
  async start(): Promise<void> {
    try {
      const { encoded, failures } = await encodeContexts(this.requests, this.rules);
      const isAsked = (id: string): boolean => !this.answered.has(id);
      const stops = new Map<EncodedContext, readonly string[]>();
      for (const each of encoded) if (isAsked(each.request.id)) stops.set(each, await stopStrings(each.options.stops, this.rules.tokenizer));
      if (!this.open) return;
      this.events.push(...failures.filter(({ id }) => isAsked(id)).map((failure) => ({ type: 'failure', failure }) as const));
      // What is answered still counts for what prompts have in common: the rest is computed as in one go.
      const prefixed = sharedPrefixes(encoded.map(({ tokens }) => tokens), nextPrefix);
      nextPrefix += encoded.length;
      const asked = prefixed.flatMap(({ index, prefix }) => {
        const each = encoded[index];
        return each === undefined || !isAsked(each.request.id) ? [] : [{ prefix, growing: this.grow(each, stops.get(each) ?? []) }];
      });
      const ids = this.process.generate(
        asked.map(({ prefix, growing }) => ({
          row: this.rowOf(growing.encoded, prefix),
          grown: (by) => this.take(growing, by, prefix?.tokens ?? 0),
          failed: (error) => this.fail(error),
        })),
      );
      asked.forEach(({ growing }, index) => (growing.row = ids[index] ?? null));
      this.endIfDone();
    } catch (error) {
      this.fail(AssayError.from(error));
    }
  }

  fail(error: AssayError): void {
    this.leave();
    this.events.fail(error);
  }

  /** Nobody reads the events any more. */
  leave(): void {
    if (!this.open) return;
    this.open = false;
    this.process.stopRows([...this.growing].flatMap(({ row, end }) => (row === null || end !== null ? [] : [row])));
    this.growing.clear();
    this.changed.clear();
  }

  private grow(encoded: EncodedContext, stops: readonly string[]): Growing {
    const growing: Growing = { encoded, answer: new GrowingAnswer(stops), row: null, end: null };
    this.growing.add(growing);
    return growing;
  }

  private rowOf({ request, options, tokens }: EncodedContext, prefix: { readonly id: number; readonly tokens: number } | null): Parameters<ModelProcess['generate']>[0][number]['row'] {
    const { eosId } = this.rules.tokenizer;
    const ends = [...new Set([...this.config.endIds, ...(eosId === null ? [] : [eosId])])];
    return { tokens: Int32Array.from(tokens), maxTokens: options.maxTokens, ends, choice: tokenChoice(options, request, this.config), prefix };
  }

  private take(growing: Growing, { token, end }: GrownRow, shared: number): void {
    if (!this.growing.has(growing)) return;
    if (growing.answer.ids.length === 0) this.tokens += growing.encoded.tokens.length - shared;
    if (token !== null) {
      growing.answer.ids.push(token);
      this.tokens++;
    }
    growing.end = end;
    this.changed.add(growing);
    void this.look();
  }

  /** Looks for stop strings in what has grown, as often as there is something. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      while (this.open && this.changed.size > 0) {
        const changed = [...this.changed].filter((growing) => this.growing.has(growing));
        this.changed.clear();
        await this.search(changed);
      }
    } catch (error) {
      this.fail(AssayError.from(error));
    }
    this.looking = false;
  }

  private async search(changed: readonly Growing[]): Promise<void> {
    const searched = changed.map((growing) => {
      const { ids } = growing.answer;
      return { growing, end: growing.end, length: ids.length, tails: growing.answer.unsearched(growing.end === 'eos' ? ids.length - 1 : ids.length) };
    });
    const texts = await this.texts(searched.flatMap(({ tails }) => tails.map(({ tail }) => tail)), false);
    let place = 0;
    const complete: { growing: Growing; ids: readonly number[]; reason: GenerateResponse['finishReason'] }[] = [];
    for (const { growing, end, length, tails } of searched) {
      const ofRow = texts.slice(place, (place += tails.length));
      const hit = tails[ofRow.findIndex((text) => growing.answer.isStop(text))];
      if (hit !== undefined) complete.push({ growing, ids: growing.answer.ids.slice(0, hit.length), reason: 'stop' });
      else if (end === 'eos' || end === 'length') complete.push({ growing, ids: growing.answer.ids.slice(0, length), reason: end });
    }
    if (!this.open) return;
    if (complete.length > 0 || this.tokens - this.told >= TOLD_EVERY) {
      this.told = this.tokens;
      this.events.push({ type: 'progress', tokens: this.tokens });
    }
    if (complete.length === 0) return;
    this.process.stopRows(complete.flatMap(({ growing: { row, end } }) => (row === null || end !== null ? [] : [row])));
    for (const { growing } of complete) this.growing.delete(growing);
    const whole = await this.texts(complete.map(({ ids }) => ids), true);
    if (!this.open) return;
    complete.forEach(({ growing: { encoded, answer }, ids, reason }, index) => {
      const text = cutAtStops(whole[index] ?? '', answer.stops);
      const { request, truncated } = encoded;
      this.events.push({ type: 'response', response: { kind: request.kind, id: request.id, text, tokenIds: ids, finishReason: reason, truncated } });
    });
    this.endIfDone();
  }

  private async texts(lists: readonly (readonly number[])[], skipSpecialTokens: boolean): Promise<readonly string[]> {
    return lists.length === 0 ? [] : this.rules.tokenizer.decodeBatch(lists, skipSpecialTokens);
  }

  private endIfDone(): void {
    if (this.growing.size > 0 || !this.open) return;
    this.leave();
    this.events.end();
  }
}
