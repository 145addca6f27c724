/** What a list of samples shows of a finished document. */
import type { SampleSummary } from '../protocol/events';
import type { PreparedTask } from '../task/prepared';
import { str } from '../python/print';
import type { FinishedDocument } from './task-run';

const TEXT_LENGTH = 400;

export function sampleSummary(task: PreparedTask, { prepared, responses, values }: FinishedDocument): SampleSummary {
  const numbers: Record<string, number> = {};
  for (const [column, { metric }] of task.metrics.entries()) {
    const value = values[column];
    if (value?.kind === 'number' && Number.isFinite(value.value)) numbers[metric.name] = value.value;
  }
  const acc = numbers['acc'] ?? numbers['exact_match'];
  const { choices } = prepared;
  const shared = { doc_id: prepared.index, text: shorten(prepared.ownText), values: numbers, correct: acc === undefined ? null : acc === 1 };
  if (choices === null) {
    return { ...shared, target: shorten(str(prepared.target)), answer: '', probability: null };
  }
  const logLikelihoods = responses.slice(0, choices.length).map(({ logLikelihood }) => logLikelihood);
  const best = logLikelihoods.indexOf(Math.max(...logLikelihoods));
  const total = logLikelihoods.reduce((sum, value) => sum + Math.exp(value - (logLikelihoods[best] ?? 0)), 0);
  return { ...shared, target: shorten(targetText(prepared.target, choices)), answer: shorten(choices[best] ?? ''), probability: 1 / total };
}

function targetText(target: FinishedDocument['prepared']['target'], choices: readonly string[]): string {
  return typeof target === 'bigint' ? (choices[Number(target)] ?? target.toString()) : str(target);
}

function shorten(text: string): string {
  return text.length <= TEXT_LENGTH ? text : `${text.slice(0, TEXT_LENGTH)}…`;
}
