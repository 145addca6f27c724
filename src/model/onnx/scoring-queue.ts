import type { Checkpoint } from '../../checkpoint/checkpoint';
import { AssayError } from '../../protocol/errors';
import { engineLoadFailure } from './availability';
import type * as FeaturesModule from './features-session';
import { messagesRead } from './messages-read';
import type * as ScoringModule from './session';
import type { SessionOptions } from './session';
import { assertUnchanged } from './unchanged-weights';
import type { FeaturesBatch, FromModelProcess, ScoringBatch } from './wire';

type Engine = typeof ScoringModule & typeof FeaturesModule;
type Loaded = {
  readonly checkpoint: Checkpoint;
  readonly scoring: ScoringModule.ScoringSession;
  readonly features: FeaturesModule.FeaturesSession;
  readonly versions: Readonly<Record<string, string>>;
};
type Work = { readonly type: 'score'; readonly batch: ScoringBatch } | { readonly type: 'features'; readonly batch: FeaturesBatch };
/** What a batch has computed; `milliseconds` are added. */
type Computed = Omit<Extract<FromModelProcess, { type: 'scored' }>, 'milliseconds'> | Omit<Extract<FromModelProcess, { type: 'pooled' }>, 'milliseconds'>;

/** Loads one checkpoint and runs batches one at a time, in order, answering each exactly once. */
export class ScoringQueue {
  private loaded: Promise<Loaded> | null = null;
  private readonly waiting: Work[] = [];
  private working = false;
  /** Raised by every cancel: a batch that began under a smaller number is stale. */
  private generation = 0;

  constructor(private readonly send: (message: FromModelProcess) => void) {}

  async load(checkpoint: Checkpoint, options: SessionOptions): Promise<void> {
    const start = performance.now();
    this.loaded = open(checkpoint, options);
    try {
      const { versions, scoring } = await this.loaded;
      this.send({
        type: 'loaded',
        milliseconds: performance.now() - start,
        versions,
        storage: scoring.storage,
        rssBytes: process.memoryUsage.rss(),
      });
    } catch (error) {
      this.send({ type: 'load-failed', error: AssayError.from(error).toJSON() });
    }
  }

  /** Never rejects: what goes wrong is sent. */
  async add(work: Work): Promise<void> {
    this.waiting.push(work);
    if (this.working) return;
    this.working = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      await this.run(next);
      await messagesRead();
    }
    this.working = false;
  }

  /** Drops what waits; what runs stops after the engine's run in flight. Each dropped batch fails with `cancelled`. */
  cancel(): void {
    this.generation++;
    for (const { batch } of this.waiting.splice(0)) this.send({ type: 'batch-failed', id: batch.id, error: new AssayError('cancelled').toJSON() });
  }

  private async run(work: Work): Promise<void> {
    const { generation } = this;
    const start = performance.now();
    try {
      if (this.loaded === null) throw new Error('a batch came before a checkpoint');
      const loaded = await this.loaded;
      assertUnchanged(loaded.checkpoint);
      const computed = await compute(work, loaded, async () => {
        await messagesRead();
        if (this.generation !== generation) throw new AssayError('cancelled');
      });
      assertUnchanged(loaded.checkpoint);
      this.send({ ...computed, milliseconds: performance.now() - start });
    } catch (error) {
      this.send({ type: 'batch-failed', id: work.batch.id, error: AssayError.from(error).toJSON() });
    }
  }
}

async function compute(work: Work, { scoring, features }: Loaded, between: () => Promise<void>): Promise<Computed> {
  switch (work.type) {
    case 'score': {
      const { id, rows, prefix } = work.batch;
      return { type: 'scored', id, ...(await scoring.score(rows, between, prefix)) };
    }
    case 'features': {
      const { id, rows, wanted } = work.batch;
      return { type: 'pooled', id, vectors: await features.pooled(rows, wanted, between), tokens: rows.reduce((sum, row) => sum + row.length, 0) };
    }
  }
}

async function open(checkpoint: Checkpoint, options: SessionOptions): Promise<Loaded> {
  assertUnchanged(checkpoint);
  const engine = await loadEngine();
  const scoring = await engine.ScoringSession.open(checkpoint, options);
  return { checkpoint, scoring, features: new engine.FeaturesSession(checkpoint, options), versions: engine.engineVersions() };
}

/** Only now, so that this process is there to say why its native library does not load. */
async function loadEngine(): Promise<Engine> {
  try {
    return { ...(await import('./session')), ...(await import('./features-session')) };
  } catch (error) {
    throw engineLoadFailure(error);
  }
}
