import type { Problem } from '../protocol/problem';
import { parsePath } from './config-path';
import type { ConfigKind } from './config-kind';
import { CHECKPOINT_KEYS, EVAL_KEYS, FEWSHOT_KEYS, FILTER_KEYS, GROUP_KEYS, METRIC_KEYS, PERPLEXITY_KEYS, TASK_ENTRY_KEYS, TASK_KEYS } from './keys';
import type { KeySpec } from './schema';
import type { ConfigSource } from './source';
import type { Surprise } from './yaml/surprise';

/** Warnings for scalars that YAML 1.1 reads as something that was most likely not meant at their place. */
export function surpriseProblems(source: ConfigSource, kind: ConfigKind): Problem[] {
  return source.surprises
    .filter((surprise) => isUnexpected(surprise, kind))
    .map(({ range, text, meaning }) => ({ file: source.file, range, severity: 'warning', code: 'yaml-1.1', args: { text, meaning } }));
}

/** `yes` is fine where true or false is wanted, or where nobody knows what is; not as an answer in a list, nor as text. */
function isUnexpected(surprise: Surprise, kind: ConfigKind): boolean {
  if (surprise.path.endsWith('#key')) return true;
  const steps = parsePath(surprise.path) ?? [];
  const key = steps.at(-1);
  if (typeof key !== 'string') return true;
  const spec = specOf(key, steps.length, kind);
  if (surprise.kind === 'boolean') return spec !== null && !spec.kinds.some((wanted) => wanted === 'boolean' || wanted === 'any');
  if (surprise.kind === 'text') return spec === null || spec.kinds.some((wanted) => wanted === 'number' || wanted === 'integer');
  return true;
}

function specOf(key: string, depth: number, kind: ConfigKind): KeySpec | null {
  const top = kind === 'eval' ? EVAL_KEYS : kind === 'task' ? TASK_KEYS : GROUP_KEYS;
  const tables = depth === 1 ? [top] : [TASK_ENTRY_KEYS, PERPLEXITY_KEYS, CHECKPOINT_KEYS, FEWSHOT_KEYS, METRIC_KEYS, FILTER_KEYS];
  for (const table of tables) if (Object.hasOwn(table, key)) return table[key] ?? null;
  return null;
}
