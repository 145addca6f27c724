/** Owner of evaluations: runs them one after the other and answers what is asked in between. */
import type {
  CompareOutcome, EvaluationHandle, EvaluationOutcome, EvaluationRequest, EvaluatorClient, Preview, PreviewRequest, ScoredText, ScoreTextsRequest,
} from '../protocol/commands';
import type { RunEvent } from '../protocol/events';
import { compareRuns } from './compare';
import { runEvaluation } from './evaluation';
import { newEvaluationId } from './evaluation-id';
import type { ModelOpener } from './models';
import { previewRequests } from './preview';
import { replayRun } from './replay';
import { scoreTexts } from './score-texts';

export class Evaluator implements EvaluatorClient {
  private readonly active = new Map<string, AbortController>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly openModel: ModelOpener) {}

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
    return compareRuns(runA, runB);
  }

  replay(runFolder: string): Promise<readonly RunEvent[]> {
    return replayRun(runFolder);
  }

  score(request: ScoreTextsRequest): Promise<readonly ScoredText[]> {
    return scoreTexts(request, this.openModel);
  }

  preview(request: PreviewRequest): Promise<Preview> {
    return previewRequests(request);
  }

  async dispose(): Promise<void> {
    for (const controller of this.active.values()) controller.abort();
    await this.queue;
  }

  private async run(id: string, request: EvaluationRequest, emit: (event: RunEvent) => void, { signal }: AbortController): Promise<EvaluationOutcome> {
    try {
      return await runEvaluation(id, request, { openModel: this.openModel, emit, signal });
    } finally {
      this.active.delete(id);
    }
  }
}
