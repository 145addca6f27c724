/** A task definition with its rows: ready to ask, and the digest that says whether answers may be reused. */
import { createHash } from 'node:crypto';
import type { TaskDefinition } from '../config/definition';
import { PythonHook } from '../config/python-hook';
import type { ChatMessage } from '../protocol/chat';
import { encode } from '../python/codec';
import { dumps } from '../python/json';
import type { PyValue } from '../python/value';
import type { TaskFacts } from '../run/plan';
import type { RunOptions } from '../run/run-file';
import { prepareTask } from '../task/prepare';
import type { PreparedTask } from '../task/prepared';
import type { SharedRows } from './rows';
import type { AskedTask } from './tasks';

/** Renders a conversation with the checkpoint's own template. */
export type ChatRenderer = (messages: readonly ChatMessage[], continueFinal: boolean) => string;

export type ReadyTask = { readonly facts: TaskFacts; readonly prepared: PreparedTask };

export type Preparation = { readonly options: RunOptions; readonly rows: SharedRows; readonly chat: ChatRenderer | null; readonly signal: AbortSignal };

/** Throws AssayError when data is missing, a template fails or the task is of a kind that cannot be run. */
export async function prepare(task: AskedTask, { options, rows, chat, signal }: Preparation): Promise<ReadyTask> {
  const { definition, numFewshot, limit, configPath, entry, expect } = task;
  const used: string[] = [];
  const prepared = await prepareTask(definition, {
    rows: async (split, first) => {
      const read = await rows.split(definition.dataset, split, first);
      used.push(`${split} ${read.digest}`);
      return read;
    },
    signal,
    numFewshot,
    limit,
    seed: options.seed,
    systemInstruction: options.systemInstruction,
    chat,
  });
  const facts: TaskFacts = {
    name: prepared.name,
    alias: definition.alias ?? prepared.name,
    documents: prepared.documents,
    original: prepared.original,
    numFewshot: prepared.numFewshot,
    limit,
    filters: prepared.filters,
    metrics: prepared.filters.flatMap((filter) => prepared.metrics.map(({ metric, higherIsBetter, signature }) => ({ name: metric.name, filter, aggregation: metric.aggregation, form: metric.form, higherIsBetter, signature }))),
    configPath,
    entry,
    expect,
    digest: digestOf(definition, numFewshot, limit, used),
    version: versionOf(definition.metadata, 'Yaml'),
    definition: JSON.parse(dumps(withSources(definition.raw as PyValue))) as unknown,
  };
  return { facts, prepared };
}

/** Functions as their source, which is what the harness's results show of them. */
function withSources(value: PyValue): PyValue {
  if (value instanceof PythonHook) return value.module?.code.kind === 'here' ? value.module.code.source : value.str();
  if (Array.isArray(value)) return value.map(withSources);
  return value instanceof Map ? new Map([...value].map(([key, item]) => [key, withSources(item)])) : value;
}

/** What prompts and scores of a task depend on besides the model. Where files lie does not matter, what is in them does. */
function digestOf(definition: TaskDefinition, numFewshot: number, limit: number | null, rows: readonly string[]): string {
  const { dataset, file, raw, ...asked } = definition;
  return createHash('sha256')
    .update(JSON.stringify(encode([asked, numFewshot, limit])))
    .update([...new Set(rows)].sort().join('\n'))
    .digest('hex');
}

/** `metadata.version` as the results file has it. */
export function versionOf(metadata: ReadonlyMap<string, PyValue>, otherwise: string): number | string {
  const version = metadata.get('version');
  if (typeof version === 'bigint') return Number(version);
  return typeof version === 'number' || typeof version === 'string' ? version : otherwise;
}
