import type { Outcome } from '../metrics/metric';
import type { MetricValue } from '../metrics/score';
import { type ModelRequest, type ModelResponse, tokensOf } from '../model/request';
import { dumps } from '../python/json';
import { reprFloat, str } from '../python/print';
import type { PyDict, PyValue } from '../python/value';
import { sha256 } from './doc-hash';
import { numpyText } from './numpy-text';
import type { PreparedDocument } from './prepared';

/** The string a request is known by: the context, or the text itself when rolling. */
const firstArgument = (request: ModelRequest | undefined): string => (request === undefined ? '' : 'context' in request ? request.context : request.text);

/** What one filter pipeline makes of a document: `values[i]` belongs to `names[i]`. */
export type FilteredValues = { readonly filter: string; readonly hash: string; readonly names: readonly string[]; readonly values: readonly MetricValue[]; readonly outcome: Outcome };

/**
 * One line of a samples file (lm-evaluation-harness 0.4.13; numbers and booleans of responses as text), without the line end.
 * `hash` is the document's. What Assay adds is under `assay`.
 */
export function sampleLineText(
  document: PreparedDocument,
  responses: readonly ModelResponse[],
  { filter, hash, names, values, outcome }: FilteredValues,
): string {
  const { requests } = document;
  const target = str(document.target);
  const answers = responses.map((response) => json(answerText(response)));
  // Repeats of one request are one instance; choices are an instance each.
  const isGenerated = outcome.kind === 'generate_until';
  const scores = new Map(names.flatMap((name, index): [string, string][] => {
    const value = values[index];
    return value === undefined ? [] : [[name, json(metricJson(name, value, document, outcome))]];
  }));
  return (
    `{"doc_id": ${document.index}, "doc": ${json(document.doc)}, "target": ${json(target)}, "arguments": ${json(argumentsOf(requests))}` +
    `, "resps": ${isGenerated ? `[[${answers.join(', ')}]]` : `[${answers.map((answer) => `[${answer}]`).join(', ')}]`}` +
    `, "filtered_resps": [${isGenerated ? json(outcome.result) : answers.join(', ')}], "filter": ${json(filter)}, "metrics": ${json([...names])}` +
    `, "doc_hash": "${hash}", "prompt_hash": "${sha256(firstArgument(requests[0]))}", "target_hash": "${targetHash(target)}"` +
    `${[...scores].map(([name, score]) => `, ${json(name)}: ${score}`).join('')}, "assay": ${json(tokensJson(responses))}}`
  );
}

const PLAIN = { ensureAscii: false } as const;
const json = (value: PyValue): string => dumps(value, PLAIN);

/** Most tasks have few different targets. */
const MOST_TARGETS = 1000;
const LONGEST_TARGET = 100;
const hashes = new Map<string, string>();

function targetHash(target: string): string {
  const known = hashes.get(target);
  if (known !== undefined) return known;
  const hash = sha256(target);
  if (hashes.size >= MOST_TARGETS) hashes.clear();
  if (target.length <= LONGEST_TARGET) hashes.set(target, hash);
  return hash;
}

function argumentsOf(requests: readonly ModelRequest[]): PyDict {
  const instances = requests[0]?.kind === 'generate_until' ? requests.slice(0, 1) : requests;
  return new Map(instances.map((request, index) => [`gen_args_${index}`, new Map(partsOf(request).map((part, position) => [`arg_${position}`, part]))]));
}

function partsOf(request: ModelRequest): readonly PyValue[] {
  switch (request.kind) {
    case 'loglikelihood':
      return [request.context, request.continuation];
    case 'generate_until':
      return [request.context, new Map(request.kwargs)];
    case 'loglikelihood_rolling':
    case 'features':
      return [request.text];
  }
}

function answerText(response: ModelResponse): PyValue {
  switch (response.kind) {
    case 'loglikelihood':
      return [reprFloat(response.logLikelihood), response.greedy ? 'True' : 'False'];
    case 'loglikelihood_rolling':
      return reprFloat(response.logLikelihood);
    case 'generate_until':
      return response.text;
    case 'features':
      throw new TypeError(`${response.id}: features are no answer to a task`);
  }
}

/** Without choices the harness's `acc` is an int; so is every `exact_match` of scores. Metrics of a whole corpus keep target and answer. */
function metricJson(name: string, value: MetricValue, { choices }: PreparedDocument, outcome: Outcome): PyValue {
  if (outcome.kind === 'generate_until') return value.kind === 'number' ? value.value : [outcome.gold, outcome.result];
  switch (value.kind) {
    case 'number':
      return name === 'exact_match' || (name === 'acc' && choices === null) ? BigInt(value.value) : value.value;
    case 'pair':
      return [indices(value.gold), BigInt(value.prediction)];
    case 'probabilities':
      return [indices(value.gold), numpyText(value.probabilities)];
    case 'weighted':
      return [value.logLikelihood, BigInt(value.weight)];
    case 'counts':
      return [...value.counts];
  }
}

const indices = (gold: number | readonly number[]): PyValue => (typeof gold === 'number' ? BigInt(gold) : gold.map(BigInt));

function tokensJson(responses: readonly ModelResponse[]): PyDict {
  const logprobs = responses.flatMap((response) => ('tokenLogprobs' in response ? [[...response.tokenLogprobs]] : []));
  const reasons = responses.flatMap((response) => ('finishReason' in response ? [response.finishReason] : []));
  return new Map<PyValue, PyValue>([
    ['tokens', responses.map((response) => BigInt(tokensOf(response)))],
    ...(logprobs.length > 0 ? [['token_logprobs', logprobs] as const] : []),
    ...(reasons.length > 0 ? [['finish_reasons', reasons] as const] : []),
    ['truncated', responses.flatMap((response) => ('truncated' in response ? [BigInt(response.truncated)] : []))],
  ]);
}
