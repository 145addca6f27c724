import type { AssayError } from '../../protocol/errors';
import type { FeaturesEvent, FeaturesRequest } from '../request';
import type { BatchJob, BatchProcess } from './batch-queue';
import { Channel } from './channel';
import type { EncodingRules } from './encode';
import { type EncodedFeatures, encodeFeatures, type HiddenStates } from './encode-features';
import { type FeatureBatch, planFeatures, poolingKey } from './feature-batches';
import type { BatchFeatures } from './model-process';

/** One call of `features`: a block of requests on its way from texts to vectors. */
export class FeaturesJob implements BatchJob {
  readonly events: Channel<FeaturesEvent>;
  private batches: FeatureBatch[] = [];
  private encoded: readonly EncodedFeatures[] = [];
  private unanswered = 0;
  private tokens = 0;
  private open = true;

  constructor(
    private readonly requests: readonly FeaturesRequest[],
    private readonly answered: ReadonlySet<string>,
    abandoned: () => void,
  ) {
    this.events = new Channel(abandoned);
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Encodes and plans; the plan is that of all requests, also of those that have their answer. */
  async prepare(rules: EncodingRules, states: HiddenStates, budget: number): Promise<void> {
    const { encoded, failures } = await encodeFeatures(this.requests, rules, states, () => this.open);
    if (!this.open) return;
    this.events.push(...failures.filter(({ id }) => !this.answered.has(id)).map((failure) => ({ type: 'failure', failure }) as const));
    this.encoded = encoded;
    this.batches = planFeatures(encoded, states.width, budget).filter(({ rows }) => rows.some(({ requests }) => requests.some((index) => this.isWanted(index))));
    this.unanswered = encoded.filter((_, index) => this.isWanted(index)).length;
    this.endIfDone();
  }

  start(process: BatchProcess): Promise<void> | undefined {
    const batch = this.open ? this.batches.shift() : undefined;
    return batch && process.pool(batch.rows.map(({ tokens }) => tokens), batch.wanted).then((features) => this.take(batch, features));
  }

  fail(error: AssayError): void {
    this.leave();
    this.events.fail(error);
  }

  /** Nobody reads the events any more. */
  leave(): void {
    this.open = false;
    this.batches = [];
  }

  private take({ rows, wanted }: FeatureBatch, { vectors, tokens }: BatchFeatures): void {
    if (!this.open) return;
    this.tokens += tokens;
    this.events.push({ type: 'progress', tokens: this.tokens });
    const ofPooling = new Map(wanted.map((pooling, index) => [poolingKey(pooling), vectors[index] ?? new Float32Array()]));
    rows.forEach((row, place) => {
      for (const index of row.requests) {
        const encoded = this.encoded[index];
        if (encoded === undefined || !this.isWanted(index)) continue;
        const features = encoded.wanted.map((pooling) => {
          const all = ofPooling.get(poolingKey(pooling)) ?? new Float32Array();
          const width = all.length / rows.length;
          return all.slice(place * width, (place + 1) * width);
        });
        this.unanswered--;
        this.events.push({ type: 'response', response: { kind: 'features', id: encoded.request.id, tokenIds: encoded.tokens, features } });
      }
    });
    this.endIfDone();
  }

  private isWanted(index: number): boolean {
    const encoded = this.encoded[index];
    return encoded !== undefined && !this.answered.has(encoded.request.id);
  }

  private endIfDone(): void {
    if (this.unanswered > 0) return;
    this.leave();
    this.events.end();
  }
}
