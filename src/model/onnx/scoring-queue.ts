import { setImmediate } from 'node:timers/promises';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { checkUnchanged } from '../../checkpoint/unchanged';
import { AssayError } from '../../protocol/errors';
import { engineLoadFailure } from './availability';
import type * as EngineModule from './session';
import type { FromModelProcess, ScoringBatch, ToModelProcess } from './wire';

type Load = Extract<ToModelProcess, { type: 'load' }>;
type Engine = typeof EngineModule;
type Loaded = { readonly checkpoint: Checkpoint; readonly session: EngineModule.ScoringSession; readonly versions: Readonly<Record<string, string>> };

/** Loads one checkpoint and scores batches one at a time, in order, answering each exactly once. */
export class ScoringQueue {
  private loaded: Promise<Loaded> | null = null;
  private readonly waiting: ScoringBatch[] = [];
  private working = false;
  /** Raised by every cancel: a batch that began under a smaller number is stale. */
  private generation = 0;

  constructor(private readonly send: (message: FromModelProcess) => void) {}

  async load({ checkpoint, threads, maxTokens }: Load): Promise<void> {
    const start = performance.now();
    this.loaded = open(checkpoint, threads, maxTokens);
    try {
      const { versions } = await this.loaded;
      this.send({
        type: 'loaded',
        milliseconds: performance.now() - start,
        versions,
        rssBytes: process.memoryUsage.rss(),
      });
    } catch (error) {
      this.send({ type: 'load-failed', error: AssayError.from(error).toJSON() });
    }
  }

  /** Never rejects: what goes wrong is sent. */
  async add(batch: ScoringBatch): Promise<void> {
    this.waiting.push(batch);
    if (this.working) return;
    this.working = true;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      await this.score(next);
      await messagesRead();
    }
    this.working = false;
  }

  /** Drops what waits; what runs stops after the engine's run in flight. Each dropped batch fails with `cancelled`. */
  cancel(): void {
    this.generation++;
    for (const { id } of this.waiting.splice(0)) this.send({ type: 'score-failed', id, error: new AssayError('cancelled').toJSON() });
  }

  private async score({ id, rows }: ScoringBatch): Promise<void> {
    const { generation } = this;
    const start = performance.now();
    try {
      if (this.loaded === null) throw new Error('a batch came before a checkpoint');
      const { checkpoint, session } = await this.loaded;
      assertUnchanged(checkpoint);
      const { logprobs, greedy } = await session.score(rows, async () => {
        await messagesRead();
        if (this.generation !== generation) throw new AssayError('cancelled');
      });
      assertUnchanged(checkpoint);
      const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
      this.send({ type: 'scored', id, logprobs, greedy, tokens, milliseconds: performance.now() - start });
    } catch (error) {
      this.send({ type: 'score-failed', id, error: AssayError.from(error).toJSON() });
    }
  }
}

async function open(checkpoint: Checkpoint, threads: number, maxTokens: number): Promise<Loaded> {
  assertUnchanged(checkpoint);
  const engine = await loadEngine();
  const session = await engine.ScoringSession.open(checkpoint, { threads, maxTokens });
  return { checkpoint, session, versions: engine.engineVersions() };
}

/** Only now, so that this process is there to say why its native library does not load. */
async function loadEngine(): Promise<Engine> {
  try {
    return await import('./session');
  } catch (error) {
    throw engineLoadFailure(error);
  }
}

/** Messages that came while the engine blocked are read in the event loop's next turn, and delivered by the one after. */
async function messagesRead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** The weight files are mapped: one that was written to would silently give other numbers. */
function assertUnchanged(checkpoint: Checkpoint): void {
  const changed = checkUnchanged(checkpoint);
  if (changed !== null) throw new AssayError('checkpoint-changed', { file: changed.file }, { file: changed.file });
}
