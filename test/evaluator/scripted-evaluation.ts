/** Evaluations in this process, with a model that answers as a test wants it to and data of its own. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Evaluator } from '../../src/evaluator/evaluator';
import type { ModelSource } from '../../src/evaluator/model-source';
import { readerHere } from '../../src/evaluator/readers';
import type { LanguageModel } from '../../src/model/language-model';
import type { EvaluationOutcome } from '../../src/protocol/commands';
import type { AssayError } from '../../src/protocol/errors';
import type { RunEvent } from '../../src/protocol/events';
import type { RunFile } from '../../src/run/run-file';
import { ScriptedModel, inOrder, type Script } from '../run/scripted-model';

const root = join(__dirname, '../..');

export type Row = { readonly question: string; readonly label: number };

export const rowsOf = (count: number, label = (index: number): number => index % 2): Row[] =>
  Array.from({ length: count }, (_, index) => ({ question: `Is ${index} odd?`, label: label(index) }));

export type Evaluated = EvaluationOutcome & { readonly events: readonly RunEvent[]; readonly models: readonly ScriptedModel[] };

export type Asked = { readonly tasks?: readonly string[]; readonly checkpoints?: readonly string[]; readonly resume?: boolean; readonly limit?: number; /** Cancels so many milliseconds after the start. */ readonly cancelAfter?: number; readonly script?: (checkpoint: string, warn: (warning: AssayError) => void) => Script; readonly onEvent?: (event: RunEvent, cancel: () => void) => void };

/** A folder with yes-or-no tasks and where their runs go. */
export class ScriptedWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-scripted-'));
  readonly output = join(this.folder, 'runs');

  /** Writes a task of that name; its data is written anew where it was there. */
  task(name: string, rows: readonly Row[], more: Readonly<Record<string, unknown>> = {}): void {
    writeFileSync(join(this.folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const keys = {
      task: name, dataset_path: 'json', dataset_kwargs: { data_files: { test: `${name}.jsonl` } }, test_split: 'test', output_type: 'multiple_choice',
      doc_to_text: '{{question}}', doc_to_target: 'label', doc_to_choice: ['no', 'yes'], metric_list: [{ metric: 'acc' }], ...more,
    };
    writeFileSync(join(this.folder, `${name}.yaml`), JSON.stringify(keys));
  }

  /** A folder that looks like a checkpoint; nothing of it is loaded. */
  checkpoint(name: string): string {
    const folder = join(this.folder, 'checkpoints', name);
    mkdirSync(folder, { recursive: true });
    const model = join(root, 'examples/checkpoints', name === 'b' ? 'model-b' : 'model-a');
    for (const file of readdirSync(model)) writeFileSync(join(folder, file), readFileSync(join(model, file)));
    return folder;
  }

  async evaluate({ tasks = ['odd'], checkpoints = [], resume = false, limit, cancelAfter, script = () => inOrder, onEvent = () => undefined }: Asked): Promise<Evaluated> {
    const models: ScriptedModel[] = [];
    const openModel = (source: ModelSource): Promise<LanguageModel> => {
      const name = source.kind === 'checkpoint' ? (source.checkpoint.path.split('/').at(-1) ?? '') : source.endpoint;
      const model: ScriptedModel = new ScriptedModel(script(name, (warning) => model.warn(warning)));
      models.push(model);
      return Promise.resolve(model);
    };
    const evaluator = new Evaluator({ openModel, openReader: readerHere });
    const events: RunEvent[] = [];
    const overrides = { checkpoints, tasks: tasks.map((name) => join(this.folder, `${name}.yaml`)), output: this.output, bootstrapIters: 0, ...(limit !== undefined && { limit }) };
    const handle = evaluator.start({ configs: [], overrides, resume, workspace: this.folder }, (event) => {
      events.push(event);
      onEvent(event, () => handle.cancel());
    });
    if (cancelAfter !== undefined) setTimeout(() => handle.cancel(), cancelAfter);
    const outcome = await handle.outcome;
    await evaluator.dispose();
    return { ...outcome, events, models };
  }

  /** Folders of runs, oldest first. */
  get runs(): string[] {
    return readdirSync(this.output).filter((name) => !name.startsWith('.')).sort().map((name) => join(this.output, name));
  }
}

export function runFileOf(folder: string): RunFile {
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunFile;
}

/** Something of an evaluator, without evaluating. */
export async function asking<T>(ask: (evaluator: Evaluator) => Promise<T>): Promise<T> {
  const evaluator = new Evaluator({ openModel: () => Promise.reject(new Error('no model is needed')), openReader: readerHere });
  try {
    return await ask(evaluator);
  } finally {
    await evaluator.dispose();
  }
}
