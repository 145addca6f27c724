/** A run in memory: tasks made of rows, and a model whose answers and their order a test decides. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LanguageModel } from '../../src/model/language-model';
import type { FilterPipeline } from '../../src/config/definition';
import { cannotAnswer } from '../../src/model/cannot-answer';
import { isScoreRequest, type FeaturesEvent, type GenerateEvent, type GenerateRequest, type ScoreEvent, type ScoreRequest, type ScoreResponse } from '../../src/model/request';
import { AssayError } from '../../src/protocol/errors';
import type { RunEvent } from '../../src/protocol/events';
import type { PyValue } from '../../src/python/value';
import { Execution, type RunResults } from '../../src/run/execute';
import { JournalReader, JournalWriter } from '../../src/run/journal';
import type { RunPlan, TaskFacts } from '../../src/run/plan';
import { RunReporter } from '../../src/run/reporter';
import { restore, taskRuns } from '../../src/run/restore';
import { prepareTask } from '../../src/task/prepare';
import type { PreparedDocument, PreparedTask } from '../../src/task/prepared';
import { context, definition } from '../task/definition';

/** Yes-or-no questions; every third answer is `no`. */
export function questions(task: string, count: number): Promise<PreparedTask> {
  const rows = Array.from({ length: count }, (_, index) => new Map<string, PyValue>([['question', `Is ${index} odd?`], ['label', index % 3 === 0 ? 0n : 1n]]));
  const asked = definition({ task, test_split: 'test', doc_to_text: '{{question}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metrics: ['acc', 'f1'] });
  return prepareTask(asked, context({ test: rows }));
}

/** Asked for a digit: the answer's first digit is right two times of three (filter `digit`), what `none` looks for is never there. */
export function digits(task: string, count: number, fields: Parameters<typeof definition>[0] = {}): Promise<PreparedTask> {
  const rows = Array.from({ length: count }, (_, index) => new Map<string, PyValue>([['question', `What is left of ${index}?`], ['rest', String(index % 3 === 2 ? 9 : index % 3)]]));
  const step = (pattern: string, select: bigint): FilterPipeline['steps'] => [{ function: 'regex', options: { regex_pattern: pattern, group_select: select } }, { function: 'take_first', options: {} }];
  const filters = [{ name: 'digit', steps: step('\\d', 0n) }, { name: 'none', steps: step('x', 0n) }];
  return prepareTask(definition({ task, test_split: 'test', outputType: 'generate_until', doc_to_text: '{{question}}', doc_to_target: '{{rest}}', filters, ...fields }), context({ test: rows }));
}

/** Texts of four to ten words, to be scored whole. */
export function texts(task: string, count: number): Promise<PreparedTask> {
  const rows = Array.from({ length: count }, (_, index) => new Map([['text', Array.from({ length: 4 + (index % 7) }, (_, word) => `w${index * word}`).join(' ')]]));
  const asked = definition({ task, test_split: 'test', outputType: 'loglikelihood_rolling', doc_to_target: '{{text}}', metrics: ['token_perplexity', 'word_perplexity'] });
  return prepareTask(asked, context({ test: rows }));
}

/** A plan with the tasks it was made of. */
export type ScriptedPlan = RunPlan & { readonly prepared: ReadonlyMap<string, PreparedTask> };

function factsOf({ name, definition: { alias }, documents, original, numFewshot, filters, metrics }: PreparedTask): TaskFacts {
  return {
    name, alias: alias ?? name, documents, original, numFewshot, limit: null, filters,
    metrics: filters.flatMap((filter) => metrics.map(({ metric, higherIsBetter }) => ({ name: metric.name, filter, aggregation: metric.aggregation, form: metric.form, higherIsBetter }))),
    configPath: null, entry: null, expect: [], digest: 'd', version: 1, definition: {},
  };
}

export function planOf(tasks: readonly PreparedTask[], seed = 1234): ScriptedPlan {
  return {
    prepared: new Map(tasks.map((task) => [task.name, task])),
    id: 'run',
    evaluation: 'evaluation',
    folder: '/nowhere',
    checkpoint: { name: 'scripted', path: '/nowhere', modelType: 'scripted', parameters: 1, dtype: 'F32', maxLength: 64, fingerprint: 'f', stamps: [] },
    checkpoints: ['scripted'],
    baseline: 'scripted',
    tasks: tasks.map(factsOf),
    failures: [],
    groups: [],
    config: null,
    options: {
      seed, confidence: 0.95, bootstrapIters: 0, precision: 'fp32', compat: 'harness', applyChatTemplate: false, systemInstruction: null, logSamples: true, limit: null,
    },
    device: null,
  };
}

export function scoreRequests({ requests }: PreparedDocument): ScoreRequest[] {
  return requests.filter(isScoreRequest);
}

/** The model's answer: numbers that depend on the request alone, different for each. */
export function answerTo(request: ScoreRequest): ScoreResponse {
  const words = (request.kind === 'loglikelihood' ? request.continuation : request.text).trim().split(' ');
  const seed = [...request.id].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) % 65_521, 7);
  const tokenLogprobs = words.map((_, index) => Math.fround(-0.01 - (((seed + 1) * (index + 3)) % 997) / 100));
  const tokenGreedy = tokenLogprobs.map((logprob) => logprob > -1);
  return {
    kind: request.kind,
    id: request.id,
    logLikelihood: tokenLogprobs.reduce((sum, logprob) => sum + logprob, 0),
    greedy: tokenGreedy.every(Boolean),
    tokenIds: words.map((_, index) => index),
    tokenLogprobs,
    tokenGreedy,
    truncated: 0,
  };
}

/** What a model says to a block; an AssayError is its death. */
export type Script = (requests: readonly ScoreRequest[]) => Iterable<ScoreEvent | AssayError>;

export const inOrder: Script = (requests) => requests.map((request) => ({ type: 'response', response: answerTo(request) }));

/** Says what the script says, one block after the other, as a model process does. */
export class ScriptedModel implements LanguageModel {
  readonly info = {
    modelType: 'scripted', maxLength: 64, vocabularySize: 10, parameters: 1, precision: 'fp32', tokenizerEngine: 'js', prefixTokenId: null, device: null, versions: {},
  } as const;
  /** Ids of the requests that were to be answered, block after block. */
  readonly asked: string[][] = [];
  private turn: Promise<void> = Promise.resolve();
  /** Tells what shows only while it works. */
  warn: (warning: AssayError) => void = () => undefined;

  constructor(private readonly script: Script = inOrder) {}

  onWarning(told: (warning: AssayError) => void): void {
    this.warn = told;
  }

  score(requests: readonly ScoreRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncIterable<ScoreEvent> {
    const before = this.turn;
    let finish = (): void => undefined;
    this.turn = new Promise((resolve) => (finish = resolve));
    const wanted = requests.filter(({ id }) => !answered.has(id));
    this.asked.push(wanted.map(({ id }) => id));
    return this.say(wanted, signal, before, finish);
  }

  private async *say(requests: readonly ScoreRequest[], signal: AbortSignal | undefined, before: Promise<void>, finish: () => void): AsyncGenerator<ScoreEvent> {
    try {
      await before;
      for (const said of this.script(requests)) {
        if (signal?.aborted) throw new AssayError('cancelled');
        if (said instanceof AssayError) throw said;
        yield said;
      }
    } finally {
      finish();
    }
  }

  /** Says the number of the document, and what it was drawn with. */
  async *generate(requests: readonly GenerateRequest[], signal?: AbortSignal, answered: ReadonlySet<string> = new Set()): AsyncGenerator<GenerateEvent> {
    const wanted = requests.filter(({ id }) => !answered.has(id));
    this.asked.push(wanted.map(({ id }) => id));
    for (const { id, seed } of wanted) {
      await Promise.resolve();
      if (signal?.aborted) throw new AssayError('cancelled');
      const document = Number(id.split('/').at(-3));
      yield { type: 'response', response: { kind: 'generate_until', id, text: ` ${document % 3} (${seed})`, tokenIds: [document], finishReason: 'stop', truncated: 0 } };
    }
  }

  features(): AsyncIterable<FeaturesEvent> {
    return cannotAnswer('scripted', 'features');
  }

  tokenize(): Promise<{ ids: number[]; tokens: string[] }> {
    return Promise.resolve({ ids: [], tokens: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export type Executed = { readonly results: RunResults; readonly events: readonly RunEvent[]; readonly journal: string };

export type ExecuteOptions = {
  /** Where the run's journal is, or goes on; default: a new one. */
  readonly journal?: string;
  readonly onEvent?: (event: RunEvent, journal: string) => void;
  readonly signal?: AbortSignal;
};

/** Runs the plan at a clock that lets every live number through; with a journal that is there already it goes on from it. */
export async function execute(plan: ScriptedPlan, model: LanguageModel | null, options: ExecuteOptions = {}): Promise<Executed> {
  const { onEvent = () => undefined, signal = new AbortController().signal } = options;
  const file = options.journal ?? join(mkdtempSync(join(tmpdir(), 'assay-scripted-')), 'journal.jsonl');
  const events: RunEvent[] = [];
  let time = 0;
  const emit = (event: RunEvent): void => {
    events.push(event);
    onEvent(event, file);
  };
  const reporter = new RunReporter(plan, emit, { now: () => (time += 1000), prepared: plan.prepared });
  const runs = taskRuns(plan);
  if (!existsSync(file)) JournalWriter.describe(file, {});
  const reader = JournalReader.open(file);
  const { validBytes } = await restore(reader, runs, reporter, signal);
  const journal = JournalWriter.continue(file, validBytes, true);
  try {
    const execution = new Execution(plan, { runs, asking: model === null ? null : { model, journal, prepared: plan.prepared } }, reporter, signal);
    await execution.run();
    return { results: execution.results(), events, journal: file };
  } finally {
    journal.close();
    reader.close();
  }
}

export type MetricEvent = Extract<RunEvent, { type: 'metric' }>;

export function metricsOf(events: readonly RunEvent[], final: boolean): MetricEvent[] {
  return events.filter((event): event is MetricEvent => event.type === 'metric' && event.final === final);
}
