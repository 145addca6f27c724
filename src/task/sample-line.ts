import type { MetricValue } from '../metrics/metric';
import { type ScoreRequest, type ScoreResponse, tokensOf } from '../model/request';
import { dumps } from '../python/json';
import { reprFloat, str } from '../python/print';
import type { PyDict, PyValue } from '../python/value';
import { sha256 } from './doc-hash';
import { numpyText } from './numpy-text';
import type { PreparedDocument } from './prepared';

/** The string a request is known by: the context, or the text itself when rolling. */
const firstArgument = (request: ScoreRequest | undefined): string => (request === undefined ? '' : request.kind === 'loglikelihood' ? request.context : request.text);

/**
 * One line of a samples file (lm-evaluation-harness 0.4.13; numbers and booleans of responses as text), without the line end.
 * `hash` is the document's, `values[i]` belongs to `names[i]`. What Assay adds is under `assay`.
 */
export function sampleLineText(
  document: PreparedDocument,
  responses: readonly ScoreResponse[],
  { filter, hash, names, values }: { readonly filter: string; readonly hash: string; readonly names: readonly string[]; readonly values: readonly MetricValue[] },
): string {
  const { requests, target } = document;
  const answers = responses.map(answerText);
  const line: [string, PyValue][] = [
    ['doc_id', BigInt(document.index)],
    ['doc', document.doc],
    ['target', str(target)],
    ['arguments', argumentsOf(requests)],
    ['resps', answers.map((answer) => [answer])],
    ['filtered_resps', answers],
    ['filter', filter],
    ['metrics', [...names]],
    ['doc_hash', hash],
    ['prompt_hash', sha256(firstArgument(requests[0]))],
    ['target_hash', sha256(str(target))],
  ];
  names.forEach((name, index) => {
    const value = values[index];
    if (value !== undefined) line.push([name, metricJson(name, value, document)]);
  });
  line.push(['assay', scoredTokens(responses)]);
  return dumps(new Map(line), { ensureAscii: false });
}

function argumentsOf(requests: readonly ScoreRequest[]): PyDict {
  return new Map(
    requests.map((request, index) => {
      const parts = request.kind === 'loglikelihood' ? [request.context, request.continuation] : [request.text];
      return [`gen_args_${index}`, new Map(parts.map((part, position) => [`arg_${position}`, part]))];
    }),
  );
}

function answerText({ kind, logLikelihood, greedy }: ScoreResponse): PyValue {
  return kind === 'loglikelihood' ? [reprFloat(logLikelihood), greedy ? 'True' : 'False'] : reprFloat(logLikelihood);
}

/** Without choices the harness's `acc` is an int; so is every `exact_match`. */
function metricJson(name: string, value: MetricValue, { choices }: PreparedDocument): PyValue {
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

function scoredTokens(responses: readonly ScoreResponse[]): PyDict {
  const counts = responses.map((response) => BigInt(tokensOf(response)));
  return new Map<PyValue, PyValue>([
    ['tokens', counts],
    ['token_logprobs', responses.map(({ tokenLogprobs }) => [...tokenLogprobs])],
    ['truncated', responses.map(({ truncated }) => BigInt(truncated))],
  ]);
}
