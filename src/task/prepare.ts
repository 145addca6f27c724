import type { TaskDefinition } from '../config/definition';
import { generationOptions } from '../model/generation-options';
import { signatureOf } from '../metrics/signature';
import { AssayError, type ErrorPlace } from '../protocol/errors';
import type { Rows } from '../dataset/rows';
import { PyError } from '../python/errors';
import type { Doc } from '../python/value';
import { drawExamples, type Examples, fewshotPool, noExamples } from './fewshot';
import { FieldFailure, Fields } from './fields';
import { type Pipeline, pipelinesOf } from './filters/pipeline';
import { hookProblem, hookUses, standsIn } from './hooks/uses';
import { ownOutcomes } from './own-outcomes';
import { processedRows } from './processed-rows';
import { generationKwargs } from './output-types/generate-until';
import type { Form } from './output-types/output-type';
import { outputTypes } from './output-types/output-types';
import type { PreparedDocument, PreparedTask, SignedMetric, TaskContext, TaskMetric } from './prepared';
import { PromptBuilder } from './prompt';
import { taskMetrics } from './task-metrics';

/**
 * Reads a task's rows, draws its examples and makes it ready to ask.
 * Rejects with an AssayError: an output type, metric or filter that cannot be evaluated, `!function` hooks, missing splits,
 * a field that fails on the first document (`unknown-column` or `template-error`), too few rows for the examples.
 */
export async function prepareTask(definition: TaskDefinition, context: TaskContext): Promise<PreparedTask> {
  const metrics = runnableMetrics(definition);
  const pipelines = runnablePipelines(definition);
  const split = definition.test_split ?? definition.validation_split;
  if (split === null) throw new AssayError('missing-key', { what: `Task ${definition.task}`, key: 'test_split' }, placeOf(definition));
  const rows = await processed(definition, context, split);
  if (rows.length === 0) throw new AssayError('no-documents', { task: definition.task, split }, placeOf(definition));
  const first = rows.at(0);
  const rules = outputTypes[definition.outputType];
  const numFewshot = rules.hasPrompt ? context.numFewshot : 0;
  const examples = numFewshot === 0 ? noExamples : await drawExamples(definition, await fewshotPool(definition, context), rows, numFewshot, context);
  const form = formOf(definition, first);
  const task = new Task(definition, context, { metrics, pipelines }, rows, examples, form);
  try {
    task.document(0);
  } catch (error) {
    throw error instanceof AssayError && error.cause instanceof FieldFailure ? firstFailure(error.cause, definition, first) : error;
  }
  return task;
}

/** The evaluated rows, of which the first was made: what fails there is a mistake in the task file or its data. */
async function processed(definition: TaskDefinition, context: TaskContext, split: string): Promise<Rows> {
  try {
    const rows = await processedRows(definition.process_docs, context, split, context.limit);
    if (rows.length > 0) rows.at(0);
    return rows;
  } catch (error) {
    if (!(error instanceof PyError)) throw error;
    throw new AssayError('template-error', { detail: `process_docs: ${error.type}: ${error.message}` }, placeOf(definition), { cause: error });
  }
}

const placeOf = ({ file }: TaskDefinition): ErrorPlace => (file === null ? {} : { file });

/** Throws AssayError for what can be known to fail without a row. */
function runnableMetrics(definition: TaskDefinition): TaskMetric[] {
  const { generation_kwargs, outputType } = definition;
  const unknown = hookUses(definition).find((use) => standsIn(use) === null);
  if (unknown !== undefined) throw new AssayError('python-hook', hookProblem(unknown).args, placeOf(definition));
  if (outputType === 'generate_until' && generation_kwargs !== null) checkGeneration(definition);
  return taskMetrics(definition);
}

function checkGeneration(definition: TaskDefinition): void {
  try {
    generationOptions(generationKwargs(definition));
  } catch (error) {
    throw error instanceof AssayError ? new AssayError(error.code, error.args, placeOf(definition), { cause: error }) : error;
  }
}

/** Scores are not texts: nothing but the choice among repeats can be made of them. */
function runnablePipelines(definition: TaskDefinition): readonly Pipeline[] {
  const { outputType, filters } = definition;
  const steps = outputTypes[outputType].filtersTexts ? [] : (filters ?? []).flatMap((pipeline) => pipeline.steps);
  const unfit = steps.find((step) => step.function !== 'take_first');
  if (unfit !== undefined) throw new AssayError('unsupported-filter', { filter: String(unfit.function), type: outputType, hint: ' Only take_first can.' }, placeOf(definition));
  return pipelinesOf(definition);
}

function formOf(definition: TaskDefinition, first: Doc): Form {
  const { doc_to_text, doc_to_target, doc_to_choice, outputType } = definition;
  const { hasPrompt, needsChoices } = outputTypes[outputType];
  const fields = new Fields(new Set(first.keys()), doc_to_choice !== null);
  try {
    if (needsChoices && doc_to_choice === null) throw new AssayError('missing-key', { what: `Task ${definition.task}`, key: 'doc_to_choice' }, placeOf(definition));
    const text = hasPrompt ? fields.text(first, doc_to_text) : '';
    const target = fields.target(first, doc_to_target);
    if (doc_to_choice !== null) fields.choices(first, doc_to_choice);
    return { fields, multipleInput: typeof text === 'bigint' && doc_to_choice !== null, severalTargets: Array.isArray(target) };
  } catch (error) {
    throw firstFailure(error, definition, first);
  }
}

/** A field that fails on the first document is a mistake in the task file. */
function firstFailure(error: unknown, definition: TaskDefinition, first: Doc): unknown {
  if (!(error instanceof FieldFailure)) return error;
  const missing = /^'(.+)' is undefined$/.exec(error.reason.message.replace(/^Template error: /, ''))?.[1];
  if (missing !== undefined && !first.has(missing)) {
    return new AssayError('unknown-column', { column: missing, hint: ` ${error.key} can use: ${[...first.keys()].join(', ')}.` }, placeOf(definition));
  }
  return new AssayError('template-error', { detail: error.message }, placeOf(definition), { cause: error.reason });
}

class Task implements PreparedTask {
  readonly name: string;
  readonly numFewshot: number;
  readonly filters: readonly string[];
  readonly metrics: readonly SignedMetric[];
  private readonly pipelines: readonly Pipeline[];
  private readonly prompts: PromptBuilder;
  private readonly metricNames: ReadonlySet<string>;

  constructor(
    readonly definition: TaskDefinition,
    private readonly context: TaskContext,
    { metrics, pipelines }: { readonly metrics: readonly TaskMetric[]; readonly pipelines: readonly Pipeline[] },
    private readonly rows: Rows,
    private readonly examples: Examples,
    private readonly form: Form,
  ) {
    this.name = definition.task;
    this.numFewshot = context.numFewshot;
    this.metrics = metrics.map((one) => ({ ...one, signature: signatureOf(one.metric, one.options, form.severalTargets) }));
    this.pipelines = pipelines;
    this.filters = pipelines.map(({ name }) => name);
    this.prompts = new PromptBuilder(definition, context, form.fields, form.multipleInput);
    this.metricNames = new Set(metrics.map(({ metric }) => metric.name));
  }

  get documents(): number {
    return this.rows.length;
  }

  get original(): number {
    return this.rows.available;
  }

  ahead(order: readonly number[], from: number): number {
    return this.rows.ahead(order, from);
  }

  document(index: number): PreparedDocument {
    if (index >= this.documents) throw new AssayError('bad-document', { doc: index, detail: `the task has ${this.documents} documents` }, placeOf(this.definition));
    try {
      return this.rendered(index, this.rows.at(index));
    } catch (error) {
      if (error instanceof FieldFailure || error instanceof PyError) throw badDocument(this.definition, index, error);
      throw error;
    }
  }

  private rendered(index: number, doc: Doc): PreparedDocument {
    const { definition, context, form, pipelines, metricNames } = this;
    const target = form.fields.target(doc, definition.doc_to_target);
    const { requests, ownText, choices, lacksGold, outcomes, partialOutcome } = outputTypes[definition.outputType].questions({
      definition, index, doc, target, form, pipelines,
      metrics: metricNames,
      chat: context.chat !== null,
      seed: context.seed,
      prompt: () => this.prompts.prompt(doc, this.examples(index)),
    });
    return {
      index, doc, target, requests, ownText, choices, lacksGold,
      // What a task's own function makes of a text that is half read is not known.
      ...(partialOutcome && definition.process_results === null && { partialOutcome }),
      outcomes: (responses) => {
        try {
          return definition.process_results === null ? outcomes(responses) : ownOutcomes(definition.process_results, doc, pipelines, responses);
        } catch (error) {
          throw error instanceof PyError ? badDocument(definition, index, error) : error;
        }
      },
    };
  }
}

function badDocument(definition: TaskDefinition, index: number, error: Error): AssayError {
  return new AssayError('bad-document', { doc: index, detail: error.message }, placeOf(definition), { cause: error });
}
