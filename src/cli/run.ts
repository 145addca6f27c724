/** `assay run` */
import { resolve } from 'node:path';
import { isAddress, servedCheckpoint } from '../config/endpoint-entry';
import type { EvaluationOutcome, EvaluationOverrides, EvaluationRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';
import { type EvaluationReport, reportError } from '../protocol/results';
import { EventsFile } from './events-file';
import { forkedEvaluator } from './forked-evaluator';
import { interruptible } from './interrupt';
import { output } from './output';
import { ProgressLine } from './progress-line';
import { resultTables } from './result-tables';

/** Options that override a config as they are given; paths are resolved first. */
export type RunOptions = Omit<EvaluationOverrides, 'checkpoints' | 'includePath'> & {
  readonly checkpoint: readonly string[];
  readonly model: readonly string[];
  readonly includePath: readonly string[];
  readonly json?: boolean;
  readonly events?: string;
  readonly resume?: boolean;
  readonly quiet?: boolean;
  readonly snapshot?: boolean;
  readonly download?: boolean;
};

export async function runCommand(configs: readonly string[], options: RunOptions): Promise<number> {
  const events = options.events === undefined ? null : new EventsFile(options.events);
  const evaluator = forkedEvaluator();
  const progress = new ProgressLine(process.stderr, options.quiet ?? false);
  const handle = evaluator.start(requestOf(configs, options), (event) => {
    events?.write(event);
    progress.show(event);
    sayWarning(event, progress);
  });
  const outcome = await interruptible(handle.outcome, () => {
    progress.clear();
    output.problem('Stopping; finished answers are kept.');
    handle.cancel();
  });
  const { report, exitCode } = withEvents(outcome, events);
  progress.clear();
  for (const error of report.errors) if (error.code !== 'cancelled') output.reported(error);
  for (const missed of report.expectations.filter(({ met }) => !met)) {
    output.problem(`expectation missed: ${missed.checkpoint}, ${missed.task}: ${missed.metric} is ${missed.actual ?? 'missing'}, expected ${missed.expected}`);
  }
  if (exitCode === 130) output.problem('Cancelled. Go on with: the same command and --resume');
  if (options.json === true) output.json(report);
  else output.text(resultTables(report));
  await evaluator.dispose();
  return exitCode;
}

/** An events file that broke off is something that failed, though the numbers stand. */
function withEvents({ report, exitCode }: EvaluationOutcome, events: EventsFile | null): EvaluationOutcome {
  const failure = events?.failure ?? null;
  if (failure === null) return { report, exitCode };
  const told: EvaluationReport = { ...report, errors: [...report.errors, reportError(failure.toJSON(), null, null)] };
  return { report: told, exitCode: exitCode === 0 || exitCode === 1 ? 3 : exitCode };
}

function sayWarning(event: RunEvent, progress: ProgressLine): void {
  if (event.type !== 'warning') return;
  progress.clear();
  output.problem(`warning: ${event.checkpoint}${event.task === null ? '' : `, ${event.task}`}: ${event.message}`);
}

/** Folders and addresses in their order; the models are those of the addresses, in theirs. Throws `nothing-to-run`, `wrong-value`. */
function checkpointsOf({ checkpoint, model }: Pick<RunOptions, 'checkpoint' | 'model'>): NonNullable<EvaluationOverrides['checkpoints']> {
  const models = [...model];
  const named = checkpoint.map((name) => {
    if (!isAddress(name)) return resolve(name);
    const served = models.shift();
    if (served === undefined) throw new AssayError('nothing-to-run', { detail: 'name the model of each server with --model.' });
    return { endpoint: servedCheckpoint(name, served).endpoint, model: served };
  });
  if (models.length > 0) throw new AssayError('nothing-to-run', { detail: '--model belongs to the address of a server, and --checkpoint names none for it.' });
  return named;
}

function requestOf(configs: readonly string[], options: RunOptions): EvaluationRequest {
  const overrides: EvaluationOverrides = {
    ...(options.checkpoint.length > 0 && { checkpoints: checkpointsOf(options) }),
    ...(options.tasks !== undefined && { tasks: options.tasks.map((name) => (/\.ya?ml$/.test(name) ? resolve(name) : name)) }),
    ...(options.includePath.length > 0 && { includePath: options.includePath.map((path) => resolve(path)) }),
    ...(options.numFewshot !== undefined && { numFewshot: options.numFewshot }),
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.bootstrapIters !== undefined && { bootstrapIters: options.bootstrapIters }),
    ...(options.precision !== undefined && { precision: options.precision }),
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.output !== undefined && { output: resolve(options.output) }),
    ...(options.applyChatTemplate !== undefined && { applyChatTemplate: options.applyChatTemplate }),
    ...(options.fewshotAsMultiturn !== undefined && { fewshotAsMultiturn: options.fewshotAsMultiturn }),
    ...(options.systemInstruction !== undefined && { systemInstruction: options.systemInstruction }),
    ...(options.genKwargs !== undefined && { genKwargs: options.genKwargs }),
    ...(options.seed !== undefined && { seed: options.seed }),
  };
  return { configs: configs.map((path) => resolve(path)), overrides, resume: options.resume ?? false, download: options.download === true ? 'on' : 'off', ...(options.snapshot === true && { snapshot: true }), workspace: process.cwd() };
}
