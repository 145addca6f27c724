/** An evaluation: its runs one after the other, the next checkpoint loading while the last one still runs. */
import type { EvaluationOutcome, EvaluationRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { Comparison, Expectation, RunEvent } from '../protocol/events';
import { type ReportedError, reportError, type RunReport } from '../protocol/results';
import { compareMetrics } from '../run/comparisons';
import type { RunPlan } from '../run/plan';
import { RunReporter } from '../run/reporter';
import { continueEarlier } from '../run/run-folder';
import { ModelQueue } from './model-queue';
import type { ModelOpener } from './models';
import { reportFailure } from './plan-failure';
import { type EvaluationPlan, planEvaluation } from './planner';
import { announcePlan, runCheckpoint, type RunOutcome } from './run-checkpoint';
import { versions } from './versions';

export type EvaluationEnvironment = {
  readonly openModel: ModelOpener;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
};

/** Share of a run's documents after which the next checkpoint begins to load. */
const LOAD_NEXT_AT = 0.8;

/** Never throws: what goes wrong is in the report's `errors`, with the exit code of contract.md. */
export async function runEvaluation(id: string, request: EvaluationRequest, environment: EvaluationEnvironment): Promise<EvaluationOutcome> {
  try {
    return await new Evaluation(id, request, environment).run(await planEvaluation(id, request));
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
  private readonly outcomes = new Map<string, RunOutcome>();
  private cancelled = false;

  constructor(
    private readonly id: string,
    private readonly request: EvaluationRequest,
    private readonly environment: EvaluationEnvironment,
  ) {}

  async run(evaluation: EvaluationPlan): Promise<EvaluationOutcome> {
    this.errors.push(...evaluation.failures.map(reportFailure));
    const taken = new Set<string>();
    const runs = evaluation.runs.map((run) => {
      const { plan, earlier } = this.request.resume ? continueEarlier(run.plan, taken) : { plan: run.plan, earlier: null };
      taken.add(plan.folder);
      return { ...run, plan, earlier };
    });
    for (const { plan } of runs) announcePlan(plan, this.emit);
    this.tell(evaluation);

    const models = new ModelQueue(
      runs.map(({ checkpoint }) => checkpoint),
      { threads: evaluation.threads, signal: this.environment.signal },
      this.environment.openModel,
    );
    try {
      for (const [index, { plan, earlier }] of runs.entries()) {
        if (this.environment.signal.aborted) {
          this.cancelled = true;
          new RunReporter(plan, this.emit).send({ type: 'cancelled', done: 0, total: 0 });
          continue;
        }
        const next = runs.findIndex(({ earlier: later }, at) => at > index && later?.run.state !== 'finished');
        const outcome = await runCheckpoint(plan, {
          model: async () => {
            const model = await models.open(index);
            runs[index]?.bind(model);
            return model;
          },
          earlier,
          resume: this.request.resume,
          versions,
          emit: (event) => {
            if (event.type === 'progress' && event.done >= LOAD_NEXT_AT * event.total && next >= 0) models.prepare(next);
            this.emit(event);
          },
          signal: this.environment.signal,
        });
        await models.close(index);
        this.record(plan, outcome);
      }
    } finally {
      await models.closeAll();
    }
    return this.outcome(evaluation);
  }

  /** What could not be planned, as failures of the runs it concerns. */
  private tell({ runs, failures }: EvaluationPlan): void {
    for (const { checkpoint, task, entry, error } of failures) {
      if (task !== null) {
        for (const { plan } of runs) new RunReporter(plan, this.emit).taskFailed(task, error, entry);
      } else if (checkpoint !== null) {
        const common = { evaluation: this.id, run: `${this.id}-${checkpoint}`, checkpoint, time: new Date().toISOString() };
        this.emit({ ...common, type: 'failed', task: null, error: error.toJSON(), resumable: false });
      }
    }
  }

  private readonly emit = (event: RunEvent): void => {
    if (event.type === 'expectation') this.expectations.push(event.expectation);
    this.environment.emit(event);
  };

  private record(plan: RunPlan, outcome: RunOutcome): void {
    const { name } = plan.checkpoint;
    this.cancelled ||= outcome.cancelled;
    this.errors.push(...outcome.failures.map(({ task, error }) => reportError(error.toJSON(), name, task)));
    if (outcome.report !== null) this.reports.push(outcome.report);
    this.outcomes.set(outcomeKey(plan, name), outcome);
    const reporter = new RunReporter(plan, this.emit);
    for (const [baselineName, otherName] of this.comparable(plan)) {
      const baseline = this.outcomes.get(outcomeKey(plan, baselineName))?.compared ?? [];
      const other = this.outcomes.get(outcomeKey(plan, otherName))?.compared ?? [];
      const found = compareMetrics({ name: baselineName, metrics: baseline }, { name: otherName, metrics: other }, plan.options.confidence);
      this.comparisons.push(...found);
      for (const comparison of found) reporter.send({ type: 'comparison', comparison });
    }
  }

  /** Pairs that can be compared now that `plan` has ended: with the baseline, or, when this is the baseline, with all before it. */
  private comparable(plan: RunPlan): [string, string][] {
    const { checkpoint, checkpoints, baseline } = plan;
    if (checkpoint.name !== baseline) return [[baseline, checkpoint.name]];
    return checkpoints.filter((other) => other !== baseline && this.outcomes.has(outcomeKey(plan, other))).map((other) => [baseline, other]);
  }

  private outcome(evaluation: EvaluationPlan): EvaluationOutcome {
    const report = { version: 1 as const, runs: this.reports, comparisons: this.comparisons, expectations: this.expectations, errors: this.errors };
    if (this.cancelled) return { report, exitCode: 130 };
    if (evaluation.badConfig) return { report, exitCode: 2 };
    if (this.errors.length > 0) return { report, exitCode: 3 };
    return { report, exitCode: this.expectations.every(({ met }) => met) ? 0 : 1 };
  }
}

/** Checkpoints of one config are compared with each other; another config may name them again. */
function outcomeKey({ config }: RunPlan, checkpoint: string): string {
  return `${config ?? ''} ${checkpoint}`;
}
