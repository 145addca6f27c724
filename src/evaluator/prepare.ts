/** A task definition with its rows: ready to ask, and the digest that says whether answers may be reused. */
import { createHash } from 'node:crypto';
import type { DatasetSource, TaskDefinition } from '../config/definition';
import { readRows } from '../dataset/rows';
import type { ChatMessage } from '../protocol/chat';
import type { Doc } from '../python/value';
import { encode } from '../python/codec';
import type { TaskPlan } from '../run/plan';
import type { RunOptions } from '../run/run-file';
import type { StoredTask } from '../run/run-folder';
import { prepareTask } from '../task/prepare';

/** Renders a conversation with the checkpoint's own template. */
export type ChatRenderer = (messages: readonly ChatMessage[], continueFinal: boolean) => string;

type Split = { readonly rows: readonly Doc[]; readonly digest: string };

/** Rows by data source and split, read once for all tasks and checkpoints of an evaluation. */
export class Rows {
  private readonly splits = new Map<string, Promise<Split>>();

  split(source: DatasetSource, split: string): Promise<Split> {
    const key = JSON.stringify(encode([source, split]));
    const known = this.splits.get(key);
    if (known !== undefined) return known;
    const loading = load(source, split);
    this.splits.set(key, loading);
    return loading;
  }
}

async function load(source: DatasetSource, split: string): Promise<Split> {
  const read = await readRows(source, split, { limit: null, signal: new AbortController().signal });
  const rows = Array.from({ length: read.length }, (_, index) => read.at(index));
  read.close();
  return { rows, digest: read.digest };
}

/** Throws AssayError when data is missing, a template fails or the task is of a kind that cannot be run. */
export async function prepare(task: StoredTask, options: RunOptions, rows: Rows, chat: ChatRenderer | null): Promise<TaskPlan> {
  const { definition, numFewshot, limit, configPath, entry = null, expect } = task;
  const used: string[] = [];
  const prepared = await prepareTask(definition, {
    rows: async (split) => {
      const loaded = await rows.split(definition.dataset, split);
      used.push(`${split} ${loaded.digest}`);
      return loaded.rows;
    },
    numFewshot,
    limit,
    seed: options.seed,
    systemInstruction: options.systemInstruction,
    chat,
  });
  return { prepared, configPath, entry, expect, limit, digest: digestOf(definition, numFewshot, limit, used) };
}

/** For a replay: prompts are not sent anywhere, so a chat template is not needed. */
export function prepareStored(task: StoredTask, options: RunOptions): Promise<TaskPlan> {
  const plain: ChatRenderer = (messages) => messages.map(({ content }) => content).join('\n');
  return prepare(task, options, new Rows(), options.applyChatTemplate === false ? null : plain);
}

/** What prompts and scores of a task depend on besides the model. Where files lie does not matter, what is in them does. */
function digestOf(definition: TaskDefinition, numFewshot: number, limit: number | null, rows: readonly string[]): string {
  const { dataset, file, raw, ...asked } = definition;
  return createHash('sha256')
    .update(JSON.stringify(encode([asked, numFewshot, limit])))
    .update([...new Set(rows)].sort().join('\n'))
    .digest('hex');
}
