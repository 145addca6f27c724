/** What the editor asks of files, answered from what lies on disk. Nothing here loads a model or keeps a file open. */
import { readRun } from '../run/read';
import { runFolders } from '../run/run-file';
import { checkConfig } from '../catalog/check';
import { listCheckpoints } from '../catalog/checkpoint-list';
import { columnKinds } from '../catalog/columns';
import { listTasks, taskNames } from '../catalog/task-list';
import { parseEvalConfig } from '../config/eval-config';
import { outlineOf } from '../config/outline';
import { isWholeText, perplexityTask } from '../config/perplexity';
import { textsBefore, type ReadText } from '../config/text-files';
import { samplesPlace } from './samples-place';
import type { Inspections, ListedConfig, RunSummary } from '../protocol/inspection';

export const inspections: Inspections = {
  async check({ texts, revision = null, ...input }) {
    return (await checkConfig({ ...input, readFile: textsBefore(texts, revision) })).problems;
  },

  async columns(file) {
    if (isWholeText(file)) return [];
    const source = { kind: 'perplexity', file, name: null, textColumn: null, context: null, stride: null } as const;
    return columnKinds(perplexityTask(source, 'columns', 'text').dataset, 'test');
  },

  checkpoints: (folder) => listCheckpoints(folder),

  runs(outputs) {
    const found = outputs.flatMap((output) => runFolders(output)).flatMap((folder) => summaryOf(folder) ?? []);
    return Promise.resolve(found.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)));
  },

  configs(files, texts) {
    const read = textsBefore(texts);
    return Promise.all(files.map((file) => listedConfig(file, read)));
  },

  samples: samplesPlace,

  taskNames: ({ includePath, texts, revision = null }) => taskNames(includePath, textsBefore(texts, revision)),

  tasks: ({ includePath, texts, revision = null }, names) => listTasks(includePath, names, textsBefore(texts, revision)),
};

/** One run that cannot be read leaves the others in the list. */
function summaryOf(folder: string): RunSummary | null {
  try {
    return readRun(folder);
  } catch {
    return null;
  }
}

async function listedConfig(file: string, read: ReadText): Promise<ListedConfig> {
  const text = await read(file).catch(() => null);
  const parsed = parseEvalConfig(text ?? '', file);
  const output = parsed.config.outputPath;
  const outlined = text === null ? 'broken' : outlineOf(parsed);
  if (typeof outlined === 'string') return { file, entries: null, output };
  const entries = outlined.entries.map(({ configPath, label, offset }) => ({ configPath, label, line: parsed.source.text.slice(0, offset).split('\n').length - 1 }));
  return { file, entries, output };
}
