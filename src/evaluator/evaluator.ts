/** Owner of evaluations: runs them one after the other and answers what is asked in between. */
import type {
  CompareOutcome, EvaluationHandle, EvaluationOutcome, EvaluationRequest, EvaluatorClient, Preview, PreviewRequest, ScoredTexts, ScoreTextsRequest,
} from '../protocol/commands';
import type { Answering, AskedLine, AskedModel, AskOptions } from '../protocol/ask';
import type { RunEvent } from '../protocol/events';
import { askModel } from './ask/ask';
import { compareFolders } from './compare';
import { type HubAccess, withDownloads } from './downloads';
import { runEvaluation } from './evaluation';
import { newEvaluationId } from './evaluation-id';
import type { ModelOpener } from './models';
import { previewRequests } from './preview';
import type { RowReader } from './readers';
import { replayRun } from './replay';
import { scoreTexts } from './score-texts';

export type EvaluatorPorts = {
  readonly openModel: ModelOpener;
  /** Rows for one evaluation or preview; `close` when it ends. */
  readonly openReader: () => RowReader;
  /** Without it nothing is downloaded, whatever a request allows. */
  readonly hub?: HubAccess;
};

export class Evaluator implements EvaluatorClient, Answering {
  private readonly active = new Map<string, AbortController>();
  private queue: Promise<unknown> = Promise.resolve();

  /** Ends what is asked beside evaluations. */
  private readonly closing = new AbortController();

  constructor(private readonly ports: EvaluatorPorts) {}

  start(request: EvaluationRequest, onEvent: (event: RunEvent) => void, id = newEvaluationId(new Date())): EvaluationHandle {
    const controller = new AbortController();
    this.active.set(id, controller);
    const outcome = this.queue.then(() => this.run(id, request, onEvent, controller));
    this.queue = outcome.catch(() => undefined);
    return { id, outcome, cancel: () => controller.abort() };
  }

  cancel(id: string): void {
    this.active.get(id)?.abort();
  }

  compare(runA: string, runB: string): Promise<CompareOutcome> {
    return compareFolders(runA, runB, this.closing.signal);
  }

  replay(runFolder: string): Promise<readonly RunEvent[]> {
    return replayRun(runFolder, this.closing.signal);
  }

  score(request: ScoreTextsRequest): Promise<ScoredTexts> {
    return scoreTexts(request, this.ports.openModel);
  }

  ask(model: AskedModel, lines: AsyncIterable<AskedLine>, options: AskOptions): Promise<void> {
    const stop = new AbortController();
    for (const signal of [this.closing.signal, options.signal]) {
      signal?.addEventListener('abort', () => stop.abort(), { once: true });
      if (signal?.aborted === true) stop.abort();
    }
    return askModel(model, lines, { ...options, signal: stop.signal }, this.ports.openModel);
  }

  async preview(request: PreviewRequest): Promise<Preview> {
    const reader = this.ports.openReader();
    try {
      const { signal } = this.closing;
      const { hub } = this.ports;
      const readRows = hub === undefined ? reader.readRows : withDownloads(reader.readRows, { policy: request.download ?? 'off', access: hub, signal, told: () => undefined });
      return await previewRequests(request, { readRows, columns: reader.columns, signal });
    } finally {
      await reader.close();
    }
  }

  async dispose(): Promise<void> {
    this.closing.abort();
    for (const controller of this.active.values()) controller.abort();
    await this.queue;
  }

  private async run(id: string, request: EvaluationRequest, emit: (event: RunEvent) => void, { signal }: AbortController): Promise<EvaluationOutcome> {
    try {
      return await runEvaluation(id, request, { ...this.ports, emit, signal });
    } finally {
      this.active.delete(id);
    }
  }
}
