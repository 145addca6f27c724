/**
 * Runs one checkpoint: blocks of requests to the model, answers to the journal, then to the numbers, then to the screen.
 * Two blocks are on their way at a time, so that the model never waits for prompts or tokenising.
 */
import type { LanguageModel, PartialScores, RequestFailure, ScoreResponse } from '../model/language-model';
import { WholeAnswers } from '../model/whole-answer';
import { AssayError } from '../protocol/errors';
import { type Block, blocksOf } from './blocks';
import type { JournalWriter } from './journal';
import type { RunPlan, TaskPlan } from './plan';
import type { RunReporter } from './reporter';
import { TaskRun } from './task-run';
import { documentOrder } from './order';
import { type FinishedTask, taskNumbers } from './task-results';

const BLOCKS_IN_FLIGHT = 2;

/** Tasks by name, in the order of the plan; a task that failed is not among them. */
export type RunResults = { readonly tasks: ReadonlyMap<string, FinishedTask>; readonly failedTasks: readonly string[] };

/** Where answers come from: a model, or the journal alone (replay). */
export type AnswerSource = {
  readonly journaled: ReadonlyMap<string, ScoreResponse>;
  /** null: nothing is asked; a task whose answers are not all there stays unfinished. */
  readonly model: LanguageModel | null;
  readonly journal: JournalWriter | null;
};

/**
 * Throws AssayError when the model dies (`model-process-died`, …) or `signal` aborts (`cancelled`);
 * what was answered until then is in the journal. A task that fails is reported and left out.
 */
export async function executeRun(plan: RunPlan, source: AnswerSource, reporter: RunReporter, signal: AbortSignal): Promise<RunResults> {
  const execution = new Execution(plan, source, reporter, signal);
  await execution.run();
  return execution.results();
}

class Execution {
  private readonly finished = new Map<string, FinishedTask>();
  private readonly failed = new Set<string>();
  private readonly settled = new Set<string>();

  constructor(
    private readonly plan: RunPlan,
    private readonly source: AnswerSource,
    private readonly reporter: RunReporter,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const inFlight = new Set<Promise<void>>();
    try {
      for await (const block of this.blocks()) {
        this.signal.throwIfAborted();
        const work = this.ask(block).finally(() => inFlight.delete(work));
        inFlight.add(work);
        if (inFlight.size >= BLOCKS_IN_FLIGHT) await Promise.race(inFlight);
      }
      await Promise.all(inFlight);
    } catch (error) {
      await Promise.allSettled(inFlight);
      if (this.signal.aborted) throw new AssayError('cancelled');
      throw error;
    }
  }

  results(): RunResults {
    const inOrder = this.plan.tasks.flatMap(({ prepared }) => this.finished.get(prepared.name) ?? []);
    return { tasks: new Map(inOrder.map((task) => [task.plan.prepared.name, task])), failedTasks: [...this.failed] };
  }

  private async *blocks(): AsyncGenerator<Block> {
    for (const task of this.plan.tasks) {
      const run = new TaskRun(task.prepared, documentOrder(task.prepared.documents.length, this.plan.options.seed));
      try {
        this.replay(run);
        await this.settle(task, run);
        if (this.source.model === null) continue;
        for (const block of blocksOf(run)) {
          if (this.failed.has(run.task.name)) break;
          yield block;
        }
      } catch (error) {
        this.signal.throwIfAborted();
        this.fail(run, AssayError.from(error));
      }
    }
  }

  /** Answers of an earlier start of this run. Live numbers are drawn on the way, as they were then. */
  private replay(run: TaskRun): void {
    if (this.source.journaled.size === 0) return;
    let shown = 0;
    for (const index of run.order) {
      const prepared = run.task.document(index);
      for (const { id } of prepared.requests) {
        const response = this.source.journaled.get(id);
        const document = response && run.answer(prepared, response);
        if (document) this.reporter.document(run, document, false);
      }
      if (run.prefixLength - shown >= Math.max(1, run.order.length / REPLAYED_POINTS)) {
        shown = run.prefixLength;
        this.reporter.live(run);
      }
    }
  }

  private async ask(block: Block): Promise<void> {
    const { run } = block;
    const task = this.plan.tasks.find(({ prepared }) => prepared === run.task);
    if (task === undefined || this.source.model === null) return;
    let answers: ScoreResponse[] = [];
    let tokens = 0;
    const pieces = new WholeAnswers();
    try {
      for await (const event of this.source.model.score(block.requests, this.signal, block.answered)) {
        if (event.type === 'response') answers = this.take(block, answers, pieces.whole(event.response));
        else if (event.type === 'failure') throw new TaskFailure(documentFailure(run, event.failure));
        else if (event.type === 'piece') {
          pieces.add(event.piece);
          this.read(block, event.piece);
        } else if (event.type === 'progress') {
          this.reporter.tokens(event.tokens - tokens);
          tokens = event.tokens;
        }
      }
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      this.fail(run, error.reason);
      return;
    }
    this.source.journal?.sync();
    this.reporter.live(run);
    await this.settle(task, run);
  }

  /** Collects answers until their document is whole: its lines reach the journal in one write, before anything is shown. */
  private take(block: Block, waiting: ScoreResponse[], response: ScoreResponse): ScoreResponse[] {
    const { run } = block;
    const prepared = block.documents.get(response.id);
    if (prepared === undefined || this.failed.has(run.task.name)) return waiting;
    const ofDocument = [...waiting.filter(({ id }) => block.documents.get(id) === prepared), response];
    const missing = prepared.requests.filter(({ id }) => !run.isAnswered(prepared.index, id)).length - ofDocument.length;
    if (missing > 0) return [...waiting, response];
    this.source.journal?.append(ofDocument);
    try {
      for (const answer of ofDocument) {
        const document = run.answer(prepared, answer);
        if (document !== null) this.reporter.document(run, document, true);
      }
    } catch (error) {
      throw new TaskFailure(AssayError.from(error));
    }
    return waiting.filter(({ id }) => block.documents.get(id) !== prepared);
  }

  /** Part of a long text: shown, but neither journalled nor part of any final number. */
  private read({ run, documents }: Block, partial: PartialScores): void {
    const prepared = documents.get(partial.id);
    if (prepared === undefined || this.failed.has(run.task.name)) return;
    run.read(prepared, partial);
    this.reporter.live(run);
  }

  /** The numbers of a complete task, once. Bootstraps leave the event loop free in between: cancel and progress never wait. */
  private async settle(task: TaskPlan, run: TaskRun): Promise<void> {
    if (!run.isComplete || this.settled.has(run.task.name) || this.failed.has(run.task.name)) return;
    this.settled.add(run.task.name);
    const numbers = await taskNumbers(run, this.plan.options, this.signal);
    const finished = { plan: task, run, numbers };
    this.finished.set(run.task.name, finished);
    this.reporter.final(finished);
  }

  private fail(run: TaskRun, error: AssayError): void {
    if (this.failed.has(run.task.name)) return;
    this.failed.add(run.task.name);
    this.reporter.taskFailed(run.task.name, error);
  }
}

/** Points of a replayed curve: as many as a screen can tell apart. */
const REPLAYED_POINTS = 200;

/** A request the model cannot answer: leaving its document out would change the number without a word. */
function documentFailure({ task }: TaskRun, { id, message }: RequestFailure): AssayError {
  const [, document] = /\/(\d+)\/\d+\/\d+$/.exec(id) ?? [];
  const { file } = task.definition;
  return new AssayError('document-failed', { doc: document ?? id, detail: message }, file === null ? {} : { file });
}

/** Ends a task, not the run. */
class TaskFailure extends Error {
  constructor(readonly reason: AssayError) {
    super(reason.message);
  }
}
