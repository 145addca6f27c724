import type { Outcome } from '../metrics/metric';
import type { MetricValue } from '../metrics/score';
import { type ModelRequest, type ModelResponse, tokensOf } from '../model/request';
import { dumps } from '../python/json';
import { reprFloat, str } from '../python/print';
import type { PyValue } from '../python/value';
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
  const generated = outcome.kind === 'generate_until' ? outcome : outcome.kind === 'own' ? outcome.generated : null;
  return (
    `{"doc_id": ${document.index}, "doc": ${json(document.doc)}, "target": ${json(target)}, "arguments": ${argumentsText(requests)}` +
    `, "resps": ${generated !== null ? `[[${answers.join(', ')}]]` : `[${answers.map((answer) => `[${answer}]`).join(', ')}]`}` +
    `, "filtered_resps": [${generated !== null ? json(generated.result) : answers.join(', ')}], "filter": ${json(filter)}, "metrics": ${json([...names])}` +
    `, "doc_hash": "${hash}", "prompt_hash": "${sha256(firstArgument(requests[0]))}", "target_hash": "${targetHash(target)}"` +
    `${scoresText(document, { names, values, outcome })}, "assay": ${tokensText(responses)}}`
  );
}

/** `, "acc": 1.0, …`: a metric of two entries stands once, with its last value. */
function scoresText(document: PreparedDocument, { names, values, outcome }: Pick<FilteredValues, 'names' | 'values' | 'outcome'>): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) continue;
    const value = values[names.lastIndexOf(name)];
    if (value !== undefined) text += `, ${json(name)}: ${json(metricJson(name, value, document, outcome))}`;
  }
  return text;
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

/** `{"gen_args_0": {"arg_0": …, "arg_1": …}, …}`, put together by hand: maps of a million documents are work for the garbage collector. */
function argumentsText(requests: readonly ModelRequest[]): string {
  const count = requests[0]?.kind === 'generate_until' ? 1 : requests.length;
  let [context, contextText] = ['', '""'];
  let text = '{';
  for (let index = 0; index < count; index++) {
    const request = requests[index];
    if (request === undefined) break;
    const first = firstArgument(request);
    // Choices have their context in common.
    if (first !== context) [context, contextText] = [first, json(first)];
    text += `${index === 0 ? '' : ', '}"gen_args_${index}": {"arg_0": ${contextText}${secondText(request)}}`;
  }
  return `${text}}`;
}

function secondText(request: ModelRequest): string {
  switch (request.kind) {
    case 'loglikelihood':
      return `, "arg_1": ${json(request.continuation)}`;
    case 'generate_until':
      return `, "arg_1": ${json(new Map(request.kwargs))}`;
    case 'loglikelihood_rolling':
    case 'features':
      return '';
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
  if (outcome.kind === 'own') return outcome.values.get(name) ?? null;
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

/** `{"tokens": […], "token_logprobs": [[…], …], "finish_reasons": […], "truncated": […]}`; what no answer has is left out, `truncated` may be empty. */
function tokensText(responses: readonly ModelResponse[]): string {
  let [tokens, logprobs, reasons, truncated] = ['', '', '', ''];
  for (const response of responses) {
    tokens = appended(tokens, String(tokensOf(response)));
    if ('tokenLogprobs' in response) logprobs = appended(logprobs, numbersText(response.tokenLogprobs));
    if ('finishReason' in response) reasons = appended(reasons, json(response.finishReason));
    if ('truncated' in response) truncated = appended(truncated, String(response.truncated));
  }
  return `{"tokens": [${tokens}]${logprobs === '' ? '' : `, "token_logprobs": [${logprobs}]`}${reasons === '' ? '' : `, "finish_reasons": [${reasons}]`}, "truncated": [${truncated}]}`;
}

const appended = (list: string, item: string): string => (list === '' ? item : `${list}, ${item}`);

function numbersText(numbers: readonly number[]): string {
  let text = '';
  for (const number of numbers) text = appended(text, json(number));
  return `[${text}]`;
}
