/** `assay tasks` */
import { resolve } from 'node:path';
import { builtReader, Inspector, TERMINAL_BUDGETS } from '../evaluator/inspector';
import { AssayError } from '../protocol/errors';
import type { ListedTask } from '../protocol/inspection';
import { output } from './output';

export async function tasksCommand(names: readonly string[], options: { readonly json?: boolean; readonly includePath: readonly string[] }): Promise<number> {
  // Task files may be anybody's.
  const inspector = new Inspector(builtReader(), TERMINAL_BUDGETS);
  try {
    const { tasks, unknown } = await inspector.inspect('tasks', [{ includePath: options.includePath.map((folder) => resolve(folder)), texts: [] }, names.length === 0 ? null : names]);
    for (const args of unknown) output.error(new AssayError('unknown-task', args));
    if (options.json === true) output.json(tasks.map(toJson));
    else for (const task of tasks) tell(task, names.length > 0);
    return unknown.length === 0 ? 0 : 2;
  } finally {
    await inspector.close();
  }
}

function toJson({ name, kind, outputType, metrics, numFewshot, members, description, source, licence, dataset, columns, builtIn, file }: ListedTask): object {
  return { name, kind, output_type: outputType, metrics, num_fewshot: numFewshot, ...(members !== null && { members }), description, source, licence, dataset, ...(columns !== null && { columns }), built_in: builtIn, file };
}

/** `sst2  multiple_choice  acc  nyu-mll/glue sst2  SST-2: …`; what was asked for by name with all that is known of it. */
function tell({ name, kind, outputType, metrics, members, description, dataset, source, licence, columns, numFewshot, builtIn, file }: ListedTask, all: boolean): void {
  const what = kind === 'task' ? (outputType ?? 'task') : `${kind} of ${members?.length ?? 0}`;
  output.line([name, what, metrics.join(', '), dataset, description].filter((part) => part !== null && part !== '').join('  '));
  if (!all) return;
  const facts: readonly (readonly [string, string | number | undefined | null])[] = [
    ['members', members?.join(', ')], ['examples', numFewshot], ['columns', columns?.join(', ')], ['source', source], ['licence of the data', builtIn && kind === 'task' ? (licence ?? 'not known') : licence], ['file', file],
  ];
  for (const [label, value] of facts) if (value !== null && value !== undefined && value !== '') output.line(`    ${label}: ${value}`);
}
