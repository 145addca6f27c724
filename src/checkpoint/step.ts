import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type JsonObject, parseJsonObject, readTextIfThere } from './json-file';

/** `checkpoint-500`, `step_100`, `global_step1000`, `run-step-200`, `iter_0000500`. */
const STEP_IN_NAME = /(?:^|[-_.])(?:checkpoint|ckpt|(?:global[-_]?)?step|iter(?:ation)?)[-_=]?(\d{1,15})$/i;

/** Whether a trainer keeps this folder beside others like it, in the folder of its run. */
export async function isTrainerFolder(folder: string): Promise<boolean> {
  return STEP_IN_NAME.test(basename(folder)) || (await stat(join(folder, 'trainer_state.json')).then((found) => found.isFile(), () => false));
}

/** The training step of a checkpoint: from its folder's name, else from `trainer_state.json`; null where neither says. */
export async function stepOf(folder: string): Promise<number | null> {
  const digits = STEP_IN_NAME.exec(basename(folder))?.[1];
  if (digits !== undefined) return Number(digits);
  const state = await trainerState(join(folder, 'trainer_state.json')).catch(() => null);
  const step = state?.['global_step'];
  return typeof step === 'number' && Number.isSafeInteger(step) && step >= 0 ? step : null;
}

/** A log of every step may make it long; beyond this nobody waits for it. */
const MOST_STATE = 16 << 20;

async function trainerState(file: string): Promise<JsonObject | null> {
  const text = await readTextIfThere(file, MOST_STATE);
  return text === null ? null : parseJsonObject(text, file);
}
