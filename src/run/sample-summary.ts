/** What a list of samples shows of a finished document. */
import type { Outcome } from '../metrics/metric';
import { type ModelResponse, scores, texts } from '../model/request';
import type { SampleSummary } from '../protocol/events';
import type { PreparedDocument } from '../task/prepared';
import { repr, str } from '../python/print';
import type { PyValue } from '../python/value';
import type { AnsweredDocument } from './answered-document';
import { metricKey, type TaskFacts } from './plan';

const TEXT_LENGTH = 400;

/** Texts are cut to a few hundred characters. `outcomes`: one a filter; the first one's is shown. */
export function summaryOf(prepared: PreparedDocument, responses: readonly ModelResponse[], outcomes: readonly Outcome[]): NonNullable<AnsweredDocument['summary']> {
  const { choices } = prepared;
  const text = shorten(prepared.ownText);
  const [outcome] = outcomes;
  if (outcome?.kind === 'generate_until') {
    const [answer = ''] = texts(responses);
    return { text, target: shorten(str(outcome.gold)), answer: shorten(answer), filtered: shorten(printed(outcome.result)), probability: null };
  }
  if (outcome?.kind === 'own' && outcome.generated !== null) {
    const [answer = ''] = texts(responses);
    return { text, target: shorten(str(prepared.target)), answer: shorten(answer), filtered: shorten(printed(outcome.generated.result)), probability: null };
  }
  if (choices === null) return { text, target: shorten(str(prepared.target)), answer: '', probability: null };
  const logLikelihoods = scores(responses).slice(0, choices.length).map(({ logLikelihood }) => logLikelihood);
  const best = logLikelihoods.indexOf(Math.max(...logLikelihoods));
  const total = logLikelihoods.reduce((sum, value) => sum + Math.exp(value - (logLikelihoods[best] ?? 0)), 0);
  return { text, target: shorten(targetText(prepared.target, choices)), answer: shorten(choices[best] ?? ''), probability: 1 / total };
}

/** The sample a screen sees; null where no samples are kept. */
export function sampleSummary({ metrics }: Pick<TaskFacts, 'metrics'>, { index, values, summary }: AnsweredDocument): SampleSummary | null {
  if (summary === null) return null;
  const numbers = new Map<string, number>();
  const filters = new Set(metrics.map(({ filter }) => filter));
  for (const [column, metric] of metrics.entries()) {
    const value = values[column];
    if (value?.kind === 'number' && Number.isFinite(value.value)) numbers.set(filters.size > 1 ? metricKey(metric) : metric.name, value.value);
  }
  const right = [...numbers].find(([name]) => /^(acc|exact_match)(,|$)/.test(name))?.[1];
  return { doc_id: index, ...summary, correct: right === undefined ? null : right === 1, values: Object.fromEntries(numbers) };
}

function targetText(target: PreparedDocument['target'], choices: readonly string[]): string {
  return typeof target === 'bigint' ? (choices[Number(target)] ?? target.toString()) : str(target);
}

function printed(result: PyValue): string {
  return typeof result === 'string' ? result : repr(result);
}

function shorten(text: string): string {
  return text.length <= TEXT_LENGTH ? text : `${text.slice(0, TEXT_LENGTH)}…`;
}
