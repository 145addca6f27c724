import type { GenerationConfig } from '../../checkpoint/generation-config';
import { AssayError } from '../../protocol/errors';
import type { DeviceProfile } from '../../protocol/device';
import type { LanguageModel, ModelInfo } from '../language-model';
import type { FeaturesEvent, FeaturesRequest, GenerateEvent, GenerateRequest, ScoreEvent, ScoreRequest } from '../request';
import { type BatchJob, BatchQueue } from './batch-queue';
import type { Channel } from './channel';
import type { EncodingRules } from './encode';
import type { HiddenStates } from './encode-features';
import { FeaturesJob } from './features-job';
import { GenerateJob } from './generate-job';
import type { ModelProcess } from './model-process';
import { ScoreJob } from './score-job';

/** A checkpoint on this machine: text becomes tokens in its tokenizer process, tokens become numbers in its model process. */
export class LocalModel implements LanguageModel {
  private readonly queue: BatchQueue;
  private readonly device: DeviceProfile;

  constructor(
    readonly info: ModelInfo & { readonly device: DeviceProfile },
    private readonly rules: EncodingRules,
    private readonly generation: GenerationConfig,
    private readonly process: ModelProcess,
    private readonly states: HiddenStates,
  ) {
    this.queue = new BatchQueue(process);
    this.device = info.device;
  }

  /** Of the model process; undefined if it could not be started. */
  get processId(): number | undefined {
    return this.process.processId;
  }

  score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<ScoreEvent> {
    return this.begin((abandoned) => new ScoreJob(requests, answered, abandoned), (job) => job.prepare(this.rules, this.device.tokenBudget), signal);
  }

  generate(requests: readonly GenerateRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<GenerateEvent> {
    const cancel = (): void => job.fail(new AssayError('cancelled'));
    const job = new GenerateJob(requests, answered, this.rules, this.generation, this.process, () => {
      signal?.removeEventListener('abort', cancel);
      job.leave();
    });
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    else void job.start();
    return job.events;
  }

  features(requests: readonly FeaturesRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<FeaturesEvent> {
    return this.begin((abandoned) => new FeaturesJob(requests, answered, abandoned), (job) => job.prepare(this.rules, this.states, this.device.tokenBudget), signal);
  }

  async tokenize(text: string): Promise<{ ids: number[]; tokens: string[] }> {
    const { tokenizer } = this.rules;
    const ids = (await tokenizer.encodeBatch([text], false))[0] ?? [];
    return { ids, tokens: await tokenizer.tokensOf(ids) };
  }

  onWarning(told: (warning: AssayError) => void): void {
    this.process.warned = told;
  }

  async close(): Promise<void> {
    await Promise.all([this.process.close(), this.rules.tokenizer.close()]);
  }

  /** Work begins at once; an abort, or leaving the events, ends it. */
  private begin<Event, Job extends BatchJob & { readonly events: Channel<Event>; leave(): void }>(
    make: (abandoned: () => void) => Job,
    prepare: (job: Job) => Promise<void>,
    signal: AbortSignal | undefined,
  ): AsyncIterable<Event> {
    const cancel = (): void => {
      job.fail(new AssayError('cancelled'));
      this.queue.drop(job);
    };
    const job = make(() => {
      signal?.removeEventListener('abort', cancel);
      job.leave();
      this.queue.drop(job);
    });
    this.queue.add(job);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    else void this.prepare(job, prepare);
    return job.events;
  }

  private async prepare<Job extends BatchJob>(job: Job, prepare: (job: Job) => Promise<void>): Promise<void> {
    try {
      await prepare(job);
    } catch (error) {
      job.fail(AssayError.from(error));
    }
    this.queue.pump();
  }
}
