/** Whose a YAML file is: the one rule for lenses, diagnostics and trees. */
import type { PyValue } from '../python/value';
import { EVAL_KEYS, PERPLEXITY_KEYS, TASK_ENTRY_KEYS, TASK_KEYS } from './keys';

export type ConfigKind = 'eval' | 'task' | 'group';

/** Keys that no other tool's file with a list of tasks has: one of them makes it an eval config. */
const EVAL_SIGNS = ['checkpoints', 'include_path', 'perplexity', ...Object.keys(EVAL_KEYS).filter((key) => key.includes('_')), ...Object.keys(TASK_KEYS).filter((key) => key.includes('_'))];
const ENTRY_SIGNS = new Set([...Object.keys(TASK_ENTRY_KEYS), ...Object.keys(PERPLEXITY_KEYS)]);
const TASK_SIGNS = ['output_type', 'doc_to_text', 'doc_to_target', 'dataset_path', 'include', 'class', 'metric_list'];

/**
 * What a YAML file is to us, by its name and its top-level keys; null for a YAML file of someone else (Taskfile, Kestra, moon, Ansible).
 * `*.eval.yaml`, `*.eval.yml` and `assay.yaml` are eval configs even while they are empty; any other file needs a list `tasks` and a sign
 * that it is about evaluation.
 */
export function kindOf(root: PyValue, file: string): ConfigKind | null {
  const named = isConfigName(file);
  if (!(root instanceof Map)) return named ? 'eval' : null;
  const has = (key: string): boolean => root.has(key);
  const tasks = root.get('tasks');
  if (has('tasks') || has('checkpoints')) return named || (Array.isArray(tasks) && (EVAL_SIGNS.some(has) || tasks.some(isOurs))) ? 'eval' : null;
  const isText = (key: string): boolean => typeof root.get(key) === 'string';
  if (has('class') || (isText('group') && isText('task'))) return isText('task') ? 'task' : named ? 'eval' : null;
  if (isText('group') && (has('task') || has('aggregate_metric_list'))) return 'group';
  if (isText('task') && TASK_SIGNS.some(has)) return 'task';
  return named ? 'eval' : null;
}

/** Whether a file is an eval config by its name alone. */
export function isConfigName(file: string): boolean {
  return /(?:\.eval\.ya?ml|(?:^|[\\/])assay\.yaml)$/i.test(file);
}

/** An entry of `tasks` that is a perplexity, or a task with keys that are all ours. */
function isOurs(entry: PyValue): boolean {
  if (!(entry instanceof Map)) return false;
  if (typeof entry.get('perplexity') === 'string') return true;
  return typeof entry.get('task') === 'string' && entry.size > 1 && [...entry.keys()].every((key) => typeof key === 'string' && ENTRY_SIGNS.has(key));
}
