import { AssayError } from '../../protocol/errors';
import type { LanguageModel, ModelInfo } from '../language-model';
import { cannotAnswer } from '../cannot-answer';
import type { FeaturesEvent, GenerateEvent, ScoreEvent, ScoreRequest } from '../request';
import { BatchQueue } from './batch-queue';
import type { EncodingRules } from './encode';
import type { ModelProcess } from './model-process';
import { ScoreJob } from './score-job';

/** A checkpoint on this machine: text becomes tokens in its tokenizer process, tokens become numbers in its model process. */
export class LocalModel implements LanguageModel {
  private readonly queue: BatchQueue;

  constructor(
    readonly info: ModelInfo,
    private readonly rules: EncodingRules,
    private readonly process: ModelProcess,
  ) {
    this.queue = new BatchQueue(process);
  }

  /** Of the model process; undefined if it could not be started. */
  get processId(): number | undefined {
    return this.process.processId;
  }

  score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<ScoreEvent> {
    const cancel = (): void => {
      job.fail(new AssayError('cancelled'));
      this.queue.drop(job);
    };
    const job = new ScoreJob(requests, answered, () => {
      signal?.removeEventListener('abort', cancel);
      job.leave();
      this.queue.drop(job);
    });
    this.queue.add(job);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    else void this.prepare(job);
    return job.events;
  }

  generate(): AsyncIterable<GenerateEvent> {
    return cannotAnswer(this.info.modelType, 'generate_until');
  }

  features(): AsyncIterable<FeaturesEvent> {
    return cannotAnswer(this.info.modelType, 'features');
  }

  async tokenize(text: string): Promise<{ ids: number[]; tokens: string[] }> {
    const { tokenizer } = this.rules;
    const ids = (await tokenizer.encodeBatch([text], false))[0] ?? [];
    return { ids, tokens: await tokenizer.tokensOf(ids) };
  }

  async close(): Promise<void> {
    await Promise.all([this.process.close(), this.rules.tokenizer.close()]);
  }

  private async prepare(job: ScoreJob): Promise<void> {
    try {
      await job.prepare(this.rules);
    } catch (error) {
      job.fail(AssayError.from(error));
    }
    this.queue.pump();
  }
}
