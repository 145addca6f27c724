/** An evaluation: its runs one after the other, the next checkpoint loading while the last one still runs. */
import { dirname } from 'node:path';
import type { EvaluationOutcome, EvaluationRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { Comparison, Expectation, RunEvent } from '../protocol/events';
import { type ReportedError, reportError, type RunReport } from '../protocol/results';
import { type ComparedRun, compareRuns } from '../run/comparisons';
import type { RunPlan } from '../run/plan';
import { RunReporter } from '../run/reporter';
import { type EarlierRun, findEarlierRun, runsIn } from '../run/resume';
import { runIdentity } from '../run/run-folder';
import { type DownloadStep, type HubAccess, withDownloads } from './downloads';
import { ModelQueue } from './model-queue';
import type { ModelOpener } from './models';
import { reportFailure } from './plan-failure';
import { type EvaluationPlan, type PlannedRun, planEvaluation } from './planner';
import { announcePlan, runCheckpoint, type RunOutcome } from './run-checkpoint';
import type { RowReader } from './readers';
import { versions } from './versions';

export type EvaluationEnvironment = {
  readonly openModel: ModelOpener;
  readonly openReader: () => RowReader;
  readonly hub?: HubAccess;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
};

/** Whoever reads the rows is not needed any more once they are there. */
async function plan(id: string, request: EvaluationRequest, { openReader, hub, emit, signal }: EvaluationEnvironment): Promise<EvaluationPlan> {
  const reader = openReader();
  try {
    const told = (step: DownloadStep): void => emit({ type: 'downloading', run: '', evaluation: id, checkpoint: '', time: new Date().toISOString(), ...step });
    const readRows = hub === undefined ? reader.readRows : withDownloads(reader.readRows, { policy: request.download ?? 'off', access: hub, signal, told: seldom(told) });
    return await planEvaluation(id, request, { readRows, columns: reader.columns, signal });
  } finally {
    await reader.close();
  }
}

const TOLD_MS = 250;

/** A few times a second, and when a file is there. */
function seldom(told: (step: DownloadStep) => void): (step: DownloadStep) => void {
  let last = -TOLD_MS;
  let file = '';
  return (step) => {
    const now = performance.now();
    if (step.file === file && step.done < step.total && now - last < TOLD_MS) return;
    [last, file] = [now, step.file];
    told(step);
  };
}

/** Share of a run's documents after which the next checkpoint begins to load. */
const LOAD_NEXT_AT = 0.8;

/** Never throws: what goes wrong is in the report's `errors`, with the exit code of contract.md. */
export async function runEvaluation(id: string, request: EvaluationRequest, environment: EvaluationEnvironment): Promise<EvaluationOutcome> {
  try {
    const evaluation = await plan(id, request, environment);
    try {
      return await new Evaluation(request, environment).run(id, evaluation);
    } finally {
      await evaluation.close();
    }
  } catch (error) {
    const errors = [reportError(AssayError.from(error).toJSON(), null, null)];
    return { report: { version: 1, runs: [], comparisons: [], expectations: [], errors }, exitCode: environment.signal.aborted ? 130 : 3 };
  }
}

class Evaluation {
  private readonly reports: RunReport[] = [];
  private readonly comparisons: Comparison[] = [];
  private readonly expectations: Expectation[] = [];
  private readonly errors: ReportedError[] = [];
  /** Finished tasks of the runs that others may still be compared with, by config and checkpoint. */
  private readonly compared = new Map<string, ComparedRun>();
  private cancelled = false;

  constructor(
    private readonly request: EvaluationRequest,
    private readonly environment: EvaluationEnvironment,
  ) {}

  async run(id: string, evaluation: EvaluationPlan): Promise<EvaluationOutcome> {
    this.errors.push(...evaluation.failures.map(reportFailure));
    const runs = this.request.resume ? await goOn(evaluation.runs) : evaluation.runs.map((run) => ({ ...run, earlier: null }));
    for (const { plan } of runs) announcePlan(plan, this.emit, 'run');
    this.tell(runs[0]?.plan.evaluation ?? id, evaluation, runs);

    const { signal } = this.environment;
    const models = new ModelQueue(runs.map(({ source }) => source), { device: evaluation.device, signal }, this.environment.openModel);
    const isOpen = ({ earlier }: ResumedRun): boolean => earlier?.run.state !== 'finished';
    try {
      for (const [index, run] of runs.entries()) {
        if (signal.aborted) {
          this.cancelled = true;
          new RunReporter(run.plan, this.emit).send({ type: 'cancelled', done: 0, total: 0 });
          continue;
        }
        const next = runs.findIndex((later, at) => at > index && isOpen(later));
        const outcome = await runCheckpoint(run, {
          model: () => models.open(index),
          earlier: run.earlier,
          resume: this.request.resume,
          versions,
          later: runs.slice(index + 1).filter(isOpen).reduce((sum, { plan }) => sum + timesTheWork(plan, run.plan), 0),
          emit: (event) => {
            if (event.type === 'progress' && event.done >= LOAD_NEXT_AT * event.total && next >= 0) models.prepare(next);
            this.emit(event);
          },
          signal,
        });
        await models.close(index);
        await this.record(run.plan, outcome);
      }
    } finally {
      await models.closeAll();
    }
    return this.outcome(evaluation);
  }

  /** What could not be planned, as failures of the runs it concerns. */
  private tell(id: string, { failures }: EvaluationPlan, runs: readonly ResumedRun[]): void {
    for (const { plan } of runs) {
      const reporter = new RunReporter(plan, this.emit);
      for (const failure of plan.failures) reporter.taskFailed(failure);
    }
    for (const { checkpoint, task, error } of failures) {
      if (task !== null || checkpoint === null) continue;
      const common = { evaluation: id, run: `${id}-${checkpoint}`, checkpoint, time: new Date().toISOString() };
      this.emit({ ...common, type: 'failed', task: null, error: error.toJSON(), resumable: false });
    }
  }

  private readonly emit = (event: RunEvent): void => {
    if (event.type === 'expectation') this.expectations.push(event.expectation);
    this.environment.emit(event);
  };

  private async record(plan: RunPlan, outcome: RunOutcome): Promise<void> {
    const { name } = plan.checkpoint;
    this.cancelled ||= outcome.cancelled;
    this.errors.push(...outcome.failures.map(({ task, error }) => reportError(error, name, task)));
    if (outcome.report !== null) this.reports.push(outcome.report);
    this.compared.set(comparedKey(plan, name), { name, precision: plan.options.precision, tasks: outcome.results.tasks });
    const reporter = new RunReporter(plan, this.emit);
    for (const [baseline, other] of this.comparable(plan)) {
      const found = await this.compare(baseline, other, plan.options.confidence);
      this.comparisons.push(...found);
      for (const comparison of found) reporter.send({ type: 'comparison', comparison });
    }
    // Once the baseline is there, others are compared as they come and need not be kept.
    if (this.compared.has(comparedKey(plan, plan.baseline))) {
      for (const other of plan.checkpoints) if (other !== plan.baseline) this.compared.delete(comparedKey(plan, other));
    }
  }

  /** Cancelled: what was not compared stays so. */
  private async compare(baseline: ComparedRun, other: ComparedRun, confidence: number): Promise<Comparison[]> {
    try {
      return await compareRuns(baseline, other, confidence, this.environment.signal);
    } catch (error) {
      if (!(error instanceof AssayError && error.code === 'cancelled')) throw error;
      this.cancelled = true;
      return [];
    }
  }

  /** Pairs that can be compared now that `plan` has ended: with the baseline, or, when this is the baseline, with all before it. */
  private comparable(plan: RunPlan): [ComparedRun, ComparedRun][] {
    const { checkpoint, checkpoints, baseline } = plan;
    const first = this.compared.get(comparedKey(plan, baseline));
    if (first === undefined) return [];
    const others = checkpoint.name === baseline ? checkpoints.filter((other) => other !== baseline) : [checkpoint.name];
    return others.flatMap((other): [ComparedRun, ComparedRun][] => {
      const compared = this.compared.get(comparedKey(plan, other));
      return compared === undefined ? [] : [[first, compared]];
    });
  }

  private outcome(evaluation: EvaluationPlan): EvaluationOutcome {
    const report = { version: 1 as const, runs: this.reports, comparisons: this.comparisons, expectations: this.expectations, errors: this.errors };
    if (this.cancelled) return { report, exitCode: 130 };
    if (evaluation.badConfig) return { report, exitCode: 2 };
    if (this.errors.length > 0) return { report, exitCode: 3 };
    return { report, exitCode: this.expectations.every(({ met }) => met) ? 0 : 1 };
  }
}

/** Work of a run as a multiple of another's; equal where a server does not say how large its model is. */
function timesTheWork({ checkpoint: { parameters } }: RunPlan, { checkpoint: other }: RunPlan): number {
  return parameters === null || other.parameters === null ? 1 : parameters / Math.max(1, other.parameters);
}

/** Checkpoints of one config are compared with each other; another config may name them again. */
function comparedKey({ config }: RunPlan, checkpoint: string): string {
  return JSON.stringify([config, checkpoint]);
}

type ResumedRun = PlannedRun & { readonly earlier: EarlierRun | null };

/**
 * Runs with what an earlier start left of them, under that one's id and folder. They stay one evaluation, and what starts
 * afresh joins it. Rejects with `cancelled`.
 */
async function goOn(runs: readonly PlannedRun[]): Promise<ResumedRun[]> {
  const taken = new Set<string>();
  const inFolders = new Map<string, EarlierRun[]>();
  const found: (EarlierRun | null)[] = [];
  for (const { plan, fingerprint } of runs) {
    const { tasks, options } = runIdentity(plan);
    const { name, stamps } = plan.checkpoint;
    const output = dirname(plan.folder);
    const there = inFolders.get(output) ?? runsIn(output);
    inFolders.set(output, there);
    const earlier = await findEarlierRun(there, { name, identity: { tasks, options }, stamps, fingerprint }, taken);
    if (earlier !== null) taken.add(earlier.folder);
    found.push(earlier);
  }
  const evaluation = found.find((earlier) => earlier !== null)?.run.evaluation;
  return runs.map((run, index) => {
    const earlier = found[index] ?? null;
    const place = earlier === null ? {} : { id: earlier.run.id, folder: earlier.folder };
    return { ...run, plan: { ...run.plan, ...place, ...(evaluation !== undefined && { evaluation }) }, earlier };
  });
}
