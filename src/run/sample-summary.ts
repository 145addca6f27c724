/** What a list of samples shows of a finished document. */
import type { ScoreResponse } from '../model/request';
import type { SampleSummary } from '../protocol/events';
import type { PreparedDocument } from '../task/prepared';
import { str } from '../python/print';
import type { AnsweredDocument } from './answered-document';
import type { TaskFacts } from './plan';

const TEXT_LENGTH = 400;

/** Texts are cut to a few hundred characters. */
export function summaryOf(prepared: PreparedDocument, responses: readonly ScoreResponse[]): NonNullable<AnsweredDocument['summary']> {
  const { choices } = prepared;
  const text = shorten(prepared.ownText);
  if (choices === null) return { text, target: shorten(str(prepared.target)), answer: '', probability: null };
  const logLikelihoods = responses.slice(0, choices.length).map(({ logLikelihood }) => logLikelihood);
  const best = logLikelihoods.indexOf(Math.max(...logLikelihoods));
  const total = logLikelihoods.reduce((sum, value) => sum + Math.exp(value - (logLikelihoods[best] ?? 0)), 0);
  return { text, target: shorten(targetText(prepared.target, choices)), answer: shorten(choices[best] ?? ''), probability: 1 / total };
}

/** The sample a screen sees; null where no samples are kept. */
export function sampleSummary({ metrics }: Pick<TaskFacts, 'metrics'>, { index, values, summary }: AnsweredDocument): SampleSummary | null {
  if (summary === null) return null;
  const numbers = new Map<string, number>();
  for (const [column, { name }] of metrics.entries()) {
    const value = values[column];
    if (value?.kind === 'number' && Number.isFinite(value.value)) numbers.set(name, value.value);
  }
  const right = numbers.get('acc') ?? numbers.get('exact_match');
  return { doc_id: index, ...summary, correct: right === undefined ? null : right === 1, values: Object.fromEntries(numbers) };
}

function targetText(target: PreparedDocument['target'], choices: readonly string[]): string {
  return typeof target === 'bigint' ? (choices[Number(target)] ?? target.toString()) : str(target);
}

function shorten(text: string): string {
  return text.length <= TEXT_LENGTH ? text : `${text.slice(0, TEXT_LENGTH)}…`;
}
