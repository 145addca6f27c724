/** `assay checkpoints` */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtReader, Inspector, TERMINAL_BUDGETS } from '../evaluator/inspector';
import { AssayError } from '../protocol/errors';
import type { ListedCheckpoint } from '../protocol/inspection';
import { output } from './output';

export async function checkpointsCommand(folder: string, options: { readonly json?: boolean }): Promise<number> {
  if (!existsSync(folder)) throw new AssayError('unknown-checkpoint', { path: folder, hint: ' The folder does not exist.' }, { file: folder });
  const found = await listed(resolve(folder));
  if (options.json === true) {
    output.json(found.map(toJson));
    return 0;
  }
  if (found.length === 0) output.problem(`No checkpoint below ${resolve(folder)}: a checkpoint is a folder with config.json and model.safetensors.`);
  for (const checkpoint of found) {
    output.line(line(checkpoint));
    for (const { message } of checkpoint.problems) output.line(`    problem: ${message}`);
    for (const { message } of checkpoint.warnings ?? []) output.line(`    warning: ${message}`);
  }
  return 0;
}

/** Checkpoints may be anybody's: looked into by a process that may die. */
async function listed(folder: string): Promise<readonly ListedCheckpoint[]> {
  const inspector = new Inspector(builtReader(), TERMINAL_BUDGETS);
  try {
    return await inspector.inspect('checkpoints', [folder]);
  } finally {
    await inspector.close();
  }
}

function toJson({ path, name, modelType, parameters, dtype, bytes, maxLength, step, problems, warnings = [] }: ListedCheckpoint): object {
  const said = ({ code, message, place }: (typeof problems)[number]): object => ({ code, message, file: place.file ?? path });
  return {
    path,
    name,
    model_type: modelType,
    parameters,
    dtype,
    bytes,
    max_length: maxLength,
    step,
    problems: problems.map(said),
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(said) }),
  };
}

/** `model-a  llama  3.4 M parameters  BF16  context 512  checkpoints/model-a` */
function line({ name, modelType, parameters, dtype, maxLength, step, path }: ListedCheckpoint): string {
  const size = parameters === null ? '?' : parameters >= 1e9 ? `${(parameters / 1e9).toFixed(1)} B` : `${(parameters / 1e6).toFixed(1)} M`;
  const parts = [name, modelType ?? '?', `${size} parameters`, dtype ?? '?', `context ${maxLength ?? '?'}`, ...(step === null ? [] : [`step ${step}`]), path];
  return parts.join('  ');
}
