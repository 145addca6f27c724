/** What metrics are called, and which of a task's metrics stands for it. */
import type { PlannedMetric } from '../src/protocol/events';
import { plainText } from '../src/protocol/plain-text';
import type { Key } from './l10n-keys';
import type { TaskState } from './state';
import { t } from './strings';

const names: ReadonlyMap<string, Key> = new Map(Object.entries({
  acc: 'accuracy',
  acc_norm: 'normalised accuracy',
  acc_bytes: 'accuracy per byte',
  acc_mutual_info: 'mutual-information accuracy',
  exact_match: 'exact match',
  byte_perplexity: 'byte perplexity',
  word_perplexity: 'word perplexity',
  token_perplexity: 'token perplexity',
  perplexity: 'perplexity',
  bits_per_byte: 'bits per byte',
  brier_score: 'Brier score',
  f1: 'F1',
  mcc: 'MCC',
} satisfies Record<string, Key>));

/** Of a name so much is shown. */
const LABEL = 80;

/** `acc,none` as `accuracy`, `exact_match,strict-match` as `exact match (strict-match)`. */
export function metricName(metric: string): string {
  const [name = metric, filter = 'none'] = metric.split(',');
  const key = names.get(name);
  const shown = key === undefined ? name : t(key);
  return plainText(filter === 'none' ? shown : `${shown} (${filter})`, LABEL);
}

/** Byte perplexity compares checkpoints whatever their tokenizers, so it stands for a text. */
const preferred = ['byte_perplexity', 'token_perplexity', 'word_perplexity'];

/** The metric that stands for a task where there is room for one. */
export function mainMetric(task: TaskState): PlannedMetric | null {
  for (const name of preferred) {
    const found = task.metrics.find((one) => one.metric.split(',')[0] === name);
    if (found !== undefined) return found;
  }
  return task.metrics[0] ?? null;
}

export type Charted = { readonly task: TaskState; readonly metric: PlannedMetric };

/** The task and metric whose running value is drawn: the first perplexity, else the first task's metric. */
export function chartedMetric(tasks: readonly TaskState[]): Charted | null {
  let fallback: Charted | null = null;
  let single: Charted | null = null;
  for (const task of tasks) {
    const metric = mainMetric(task);
    if (metric === null) continue;
    fallback ??= { task, metric };
    if (metric.form !== 'perplexity') continue;
    // A text that is one document has no interval: a curve of several says more.
    if (task.documents > 1) return { task, metric };
    single ??= { task, metric };
  }
  return single ?? fallback;
}
