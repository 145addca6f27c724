import type { TaskDefinition } from '../config/definition';
import { AssayError, type ErrorPlace } from '../protocol/errors';
import type { Rows } from '../dataset/rows';
import { PyError } from '../python/errors';
import type { Doc, PyValue } from '../python/value';
import { drawExamples, type Examples, fewshotPool, noExamples } from './fewshot';
import { FieldFailure, Fields } from './fields';
import { choiceOutcome, goldOf, NO_GOLD, partialRollingOutcome, rollingOutcome, targetOutcome } from './outcome';
import type { PreparedDocument, PreparedTask, TaskContext, TaskMetric } from './prepared';
import { PromptBuilder } from './prompt';
import { choiceRequests, requireText, rollingRequest, targetRequest } from './requests';
import { taskMetrics } from './task-metrics';

/**
 * Reads a task's rows, draws its examples and makes it ready to ask.
 * Rejects with an AssayError: an output type, metric or filter that cannot be evaluated, `!function` hooks, missing splits,
 * a field that fails on the first document (`unknown-column` or `template-error`), too few rows for the examples.
 */
export async function prepareTask(definition: TaskDefinition, context: TaskContext): Promise<PreparedTask> {
  const metrics = runnableMetrics(definition);
  const split = definition.test_split ?? definition.validation_split;
  if (split === null) throw new AssayError('missing-key', { what: `Task ${definition.task}`, key: 'test_split' }, placeOf(definition));
  const rows = await context.rows(split, context.limit);
  if (rows.length === 0) throw new AssayError('no-documents', { task: definition.task, split }, placeOf(definition));
  const first = rows.at(0);
  const numFewshot = definition.outputType === 'loglikelihood_rolling' ? 0 : context.numFewshot;
  const examples = numFewshot === 0 ? noExamples : await drawExamples(definition, await fewshotPool(definition, context), rows, numFewshot, context);
  const form = formOf(definition, first);
  const task = new Task(definition, context, metrics, rows, examples, form);
  try {
    task.document(0);
  } catch (error) {
    throw error instanceof AssayError && error.cause instanceof FieldFailure ? firstFailure(error.cause, definition, first) : error;
  }
  return task;
}

const placeOf = ({ file }: TaskDefinition): ErrorPlace => (file === null ? {} : { file });

function runnableMetrics(definition: TaskDefinition): TaskMetric[] {
  const { outputType, pythonHook } = definition;
  if (pythonHook !== null) throw new AssayError('python-hook', { name: pythonHook }, placeOf(definition));
  if (outputType === 'generate_until') throw new AssayError('unsupported-output-type', { type: outputType }, placeOf(definition));
  const filter = (definition.filters ?? []).flatMap(({ steps }) => steps).find((step) => step.function !== 'take_first');
  if (filter !== undefined) throw new AssayError('unsupported-filter', { filter: filter.function, type: outputType }, placeOf(definition));
  return taskMetrics(definition);
}

/** What the first document decides for the whole task. */
type Form = { readonly fields: Fields; readonly multipleInput: boolean; readonly severalTargets: boolean };

function formOf(definition: TaskDefinition, first: Doc): Form {
  const { doc_to_text, doc_to_target, doc_to_choice, outputType } = definition;
  const fields = new Fields(new Set(first.keys()), doc_to_choice !== null);
  try {
    if (outputType === 'multiple_choice' && doc_to_choice === null) throw new AssayError('missing-key', { what: `Task ${definition.task}`, key: 'doc_to_choice' }, placeOf(definition));
    const text = outputType === 'loglikelihood_rolling' ? '' : fields.text(first, doc_to_text);
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
  private readonly prompts: PromptBuilder;
  private readonly unconditional: boolean;

  constructor(
    readonly definition: TaskDefinition,
    private readonly context: TaskContext,
    readonly metrics: readonly TaskMetric[],
    private readonly rows: Rows,
    private readonly examples: Examples,
    private readonly form: Form,
  ) {
    this.name = definition.task;
    this.numFewshot = context.numFewshot;
    this.filters = definition.filters?.map(({ name }) => name) ?? ['none'];
    this.prompts = new PromptBuilder(definition, context, form.fields, form.multipleInput);
    this.unconditional = metrics.some(({ metric }) => metric.name === 'acc_mutual_info');
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
      if (error instanceof FieldFailure || error instanceof PyError) {
        throw new AssayError('bad-document', { doc: index, detail: error.message }, placeOf(this.definition), { cause: error });
      }
      throw error;
    }
  }

  private rendered(index: number, doc: Doc): PreparedDocument {
    const { definition, form } = this;
    const target = form.fields.target(doc, definition.doc_to_target);
    if (definition.outputType === 'loglikelihood_rolling') {
      const text = requireText(target);
      const requests = [rollingRequest(definition, index, target)];
      return {
        index, doc, requests, target, ownText: text, choices: null, lacksGold: false,
        outcome: (responses) => rollingOutcome(text, responses), partialOutcome: partialRollingOutcome,
      };
    }
    const { contexts, ownText } = this.prompts.prompt(doc, this.examples(index));
    if (definition.outputType === 'loglikelihood') {
      const requests = [targetRequest(definition, index, contexts[0] ?? '', target)];
      return { index, doc, requests, target, ownText, choices: null, lacksGold: false, outcome: targetOutcome };
    }
    return this.multipleChoice(index, doc, target, contexts, ownText);
  }

  private multipleChoice(index: number, doc: Doc, target: PyValue, contexts: readonly string[], ownText: string): PreparedDocument {
    const { definition, form, unconditional } = this;
    const choices = form.fields.choices(doc, definition.doc_to_choice ?? []);
    const answer = form.multipleInput ? form.fields.text(doc, definition.doc_to_text) : target;
    const gold = goldOf(answer, choices, form.severalTargets && !form.multipleInput);
    const lacksGold = gold === NO_GOLD || (Array.isArray(gold) && gold.includes(NO_GOLD));
    const requests = choiceRequests(definition, index, {
      contexts, choices, target, unconditional, multipleInput: form.multipleInput, chat: this.context.chat !== null,
    });
    return { index, doc, requests, target, ownText, choices, lacksGold, outcome: (responses) => choiceOutcome(choices, gold, responses) };
  }
}
