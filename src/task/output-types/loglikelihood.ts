import { acc } from '../../metrics/acc';
import type { Outcome } from '../../metrics/metric';
import { perplexity } from '../../metrics/perplexity';
import { type ModelResponse, scores, tokensOf } from '../../model/request';
import { PyError } from '../../python/errors';
import { repr, typeName } from '../../python/print';
import type { PyValue } from '../../python/value';
import { type AskedDocument, type OutputTypeRules, type Questions, requestId, sameForEach } from './output-type';

/** How likely the target is after the context; it brings its own leading space (lm-evaluation-harness 0.4.13; lm-eval-spec §3.1 and §3.2). */
export const loglikelihood: OutputTypeRules = { needsChoices: false, hasPrompt: true, defaultMetrics: [perplexity, acc], filtersTexts: false, questions };

function questions({ definition, index, target, pipelines, prompt }: AskedDocument): Questions {
  const { contexts, ownText } = prompt();
  return {
    requests: [{ kind: 'loglikelihood', id: requestId(definition.task, index, 0), context: contexts[0] ?? '', continuation: targetText(target) }],
    ownText,
    choices: null,
    lacksGold: false,
    outcomes: sameForEach(pipelines, targetOutcome),
  };
}

function targetOutcome(responses: readonly ModelResponse[]): Outcome {
  const [response] = scores(responses);
  if (response === undefined) throw new RangeError('no response');
  return { kind: 'loglikelihood', logLikelihood: response.logLikelihood, greedy: response.greedy, tokens: tokensOf(response) };
}

export function targetText(target: PyValue): string {
  if (typeof target !== 'string') throw new PyError('TypeError', `doc_to_target must give text here, not ${repr(target)} (${typeName(target)})`);
  return target;
}
