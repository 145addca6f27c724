/**
 * Runs one checkpoint: blocks of requests to the model, answers to the journal, then to the numbers, then to the screen.
 * Two blocks are on their way at a time, so that the model never waits for prompts or tokenising.
 */
import { isKindRefused } from '../model/cannot-answer';
import type { LanguageModel } from '../model/language-model';
import type { ModelResponse, RequestFailure, ScorePiece } from '../model/request';
import { AssayError } from '../protocol/errors';
import type { PreparedDocument, PreparedTask } from '../task/prepared';
import { type AnsweredDocument, answeredDocument } from './answered-document';
import { ask } from './ask';
import { type Block, blocksOf } from './blocks';
import type { JournalWriter } from './journal';
import type { RunPlan, TaskFacts } from './plan';
import type { RunReporter } from './reporter';
import type { FailedTask } from './run-file';
import type { TaskRun } from './task-run';
import { type FinishedTask, type KnownStderr, taskNumbers } from './task-results';

const BLOCKS_IN_FLIGHT = 2;
/** Documents that are written together at most. */
const SHOWN_TOGETHER = 64;

/** Tasks by name, in the order of the plan; a task that failed is not among them. */
export type RunResults = { readonly tasks: ReadonlyMap<string, FinishedTask>; readonly failures: readonly FailedTask[] };

/** Where answers come from. */
export type AnswerSource = {
  /** Tasks of the plan with what is answered of them (restore.ts). */
  readonly runs: ReadonlyMap<string, TaskRun>;
  /** null: nothing is asked; a task whose answers are not all there stays unfinished. */
  readonly asking: { readonly model: LanguageModel; readonly journal: JournalWriter; readonly prepared: ReadonlyMap<string, PreparedTask> } | null;
  /** Standard errors that were computed before. */
  readonly knownStderr?: KnownStderr;
};

/** Answers of documents that are not whole, by the request's id. */
type Waiting = Map<PreparedDocument, Map<string, ModelResponse>>;

/** A run as far as it comes: its results are there also when it ends early. */
export class Execution {
  private readonly finished = new Map<string, FinishedTask>();
  private readonly failed = new Map<string, FailedTask>();
  private readonly settled = new Set<string>();
  /** What waits to be in the journal before it is shown. */
  private unshown: (() => void)[] = [];
  /** What ended the run, told by whichever block met it first. */
  private fatal: { readonly error: unknown } | null = null;

  constructor(
    private readonly plan: RunPlan,
    private readonly source: AnswerSource,
    private readonly reporter: RunReporter,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Rejects with an AssayError when the model dies (`model-process-died`, …), nothing can be written, or the signal aborts (`cancelled`);
   * what was answered until then is in the journal. A task that fails is reported and left out.
   */
  async run(): Promise<void> {
    const inFlight = new Set<Promise<void>>();
    try {
      for await (const block of this.blocks()) {
        this.throwIfOver();
        const work: Promise<void> = this.ask(block)
          .catch((error: unknown) => void (this.fatal ??= { error }))
          .finally(() => inFlight.delete(work));
        inFlight.add(work);
        if (inFlight.size >= BLOCKS_IN_FLIGHT) await Promise.race(inFlight);
      }
      await Promise.all(inFlight);
      this.throwIfOver();
    } catch (error) {
      await Promise.all(inFlight);
      if (this.signal.aborted) throw new AssayError('cancelled');
      throw error;
    } finally {
      this.reporter.rest();
    }
  }

  results(): RunResults {
    const inOrder = this.plan.tasks.flatMap(({ name }) => this.finished.get(name) ?? []);
    return { tasks: new Map(inOrder.map((task) => [task.facts.name, task])), failures: [...this.failed.values()] };
  }

  private throwIfOver(): void {
    if (this.signal.aborted) throw new AssayError('cancelled');
    if (this.fatal !== null) throw this.fatal.error;
  }

  private async *blocks(): AsyncGenerator<Block> {
    const { asking, runs } = this.source;
    for (const facts of this.plan.tasks) {
      const run = runs.get(facts.name);
      if (run === undefined) continue;
      try {
        await this.settle(run);
        const prepared = asking?.prepared.get(facts.name);
        if (prepared === undefined || run.isComplete) continue;
        for (const block of blocksOf(prepared, run)) {
          if (this.failed.has(facts.name)) break;
          yield block;
        }
      } catch (error) {
        this.throwIfOver();
        this.fail({ task: facts.name, entry: facts.entry, error: AssayError.from(error).toJSON() });
      }
    }
  }

  private async ask(block: Block): Promise<void> {
    const { run } = block;
    if (this.source.asking === null) return;
    const { model, journal } = this.source.asking;
    const waiting: Waiting = new Map();
    let tokens = 0;
    try {
      for await (const event of ask(model, block.requests, this.signal, block.answered)) {
        switch (event.type) {
          case 'response':
            this.take(block, waiting, event.response, journal);
            break;
          case 'piece':
            this.read(block, event.piece, journal);
            break;
          case 'failure':
            throw new TaskFailure(documentFailure(run.facts, block, event.failure));
          case 'progress':
            this.reporter.tokens(event.tokens - tokens);
            tokens = event.tokens;
        }
      }
    } catch (error) {
      this.showWritten(journal);
      const reason = reasonOfTask(error);
      if (reason === null) throw error;
      this.fail({ task: run.facts.name, entry: run.facts.entry, error: reason.toJSON() });
      return;
    }
    this.showWritten(journal);
    this.reporter.live(run);
    // A model that answers at once must not keep cancel and events waiting.
    await new Promise((resolve) => setImmediate(resolve));
    await this.settle(run);
  }

  /** Collects answers until their document is whole: its lines reach the journal in one write, before anything is shown. */
  private take(block: Block, waiting: Waiting, response: ModelResponse, journal: JournalWriter): void {
    const { run, task } = block;
    const prepared = block.documents.get(response.id);
    if (prepared === undefined || this.failed.has(run.facts.name) || run.isFinished(prepared.index)) return;
    const answers = waiting.get(prepared) ?? new Map<string, ModelResponse>();
    answers.set(response.id, whole(run, prepared, response));
    waiting.set(prepared, answers);
    if (answers.size < prepared.requests.length) return;
    waiting.delete(prepared);
    const inOrder = prepared.requests.flatMap(({ id }) => answers.get(id) ?? []);
    let document: AnsweredDocument;
    try {
      document = answeredDocument(task, prepared, inOrder, this.plan.options.logSamples);
    } catch (error) {
      throw new TaskFailure(AssayError.from(error));
    }
    const place = journal.append(inOrder, document, prepared.requests);
    this.soon(journal, () => {
      run.add(document, place);
      if (!this.failed.has(run.facts.name)) this.reporter.document(run, document, prepared);
    });
  }

  /** What is to be shown once it is in the journal: at the end of this turn of the event loop, in one write. */
  private soon(journal: JournalWriter, show: () => void): void {
    if (this.unshown.length === 0) {
      setImmediate(() => {
        try {
          this.showWritten(journal);
        } catch (error) {
          this.fatal ??= { error };
        }
      });
    }
    this.unshown.push(show);
    if (this.unshown.length >= SHOWN_TOGETHER) this.showWritten(journal);
  }

  private showWritten(journal: JournalWriter): void {
    const shown = this.unshown;
    this.unshown = [];
    journal.flush();
    for (const show of shown) show();
  }

  /** Part of a long text: in the journal, so that a resume goes on behind it, and shown; a final number waits for the whole. */
  private read({ run, task, documents }: Block, piece: ScorePiece, journal: JournalWriter): void {
    const prepared = documents.get(piece.id);
    if (prepared === undefined || this.failed.has(run.facts.name) || !run.read(prepared.index, piece)) return;
    journal.appendPiece(piece);
    this.soon(journal, () => {
      if (this.failed.has(run.facts.name)) return;
      run.show(prepared, piece, (outcome) => task.filters.flatMap(() => task.metrics.map(({ metric }) => metric.value(outcome))));
      this.reporter.live(run);
    });
  }

  /** The numbers of a complete task, once. Bootstraps leave the event loop free in between: cancel and progress never wait. */
  private async settle(run: TaskRun): Promise<void> {
    const { name } = run.facts;
    if (!run.isComplete || this.settled.has(name) || this.failed.has(name)) return;
    this.settled.add(name);
    const numbers = await taskNumbers(run, this.plan.options, this.signal, this.source.knownStderr);
    const finished: FinishedTask = { facts: run.facts, run, numbers };
    this.finished.set(name, finished);
    this.reporter.final(finished);
  }

  /** A task that cannot go on: told once, and left out of the results. */
  fail(failure: FailedTask): void {
    if (this.failed.has(failure.task)) return;
    this.failed.set(failure.task, failure);
    this.reporter.taskFailed(failure);
  }
}

/** The answer to a text that came in pieces brings their sums, those of an earlier start included. */
function whole(run: TaskRun, prepared: PreparedDocument, response: ModelResponse): ModelResponse {
  if (response.kind !== 'loglikelihood_rolling') return response;
  const reading = run.readingOf(prepared.index);
  if (reading === null || reading.id !== response.id) return response;
  return { ...response, tokens: reading.tokens, logLikelihood: reading.logLikelihood, greedy: reading.greedy };
}

/** A request the model cannot answer: leaving its document out would change the number without a word. */
function documentFailure({ name }: TaskFacts, block: Block, { id, message }: RequestFailure): AssayError {
  const { file } = block.task.definition;
  return new AssayError('document-failed', { task: name, doc: block.documents.get(id)?.index ?? id, detail: message }, file === null ? {} : { file });
}

/** Failures of the model that lie in a task's texts: the next task finds it well. */
const OF_THE_TEXTS: ReadonlySet<string> = new Set(['tokenizer-died', 'tokenizer-too-slow', 'tokenizer-failed']);

/** Why a task cannot go on; null where it is the run that cannot. */
function reasonOfTask(error: unknown): AssayError | null {
  if (error instanceof TaskFailure) return error.reason;
  return isKindRefused(error) || (error instanceof AssayError && OF_THE_TEXTS.has(error.code)) ? error : null;
}

/** Ends a task, not the run. */
class TaskFailure extends Error {
  constructor(readonly reason: AssayError) {
    super(reason.message);
  }
}
