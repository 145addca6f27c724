import type { TaskDefinition } from '../../config/definition';
import { acc } from '../../metrics/acc';
import { accNorm } from '../../metrics/acc-norm';
import type { Outcome } from '../../metrics/metric';
import { type ModelResponse, scores, type ScoreRequest } from '../../model/request';
import { PyError } from '../../python/errors';
import { repr, str, typeName } from '../../python/print';
import type { PyValue } from '../../python/value';
import { codePointCount } from '../../python/unicode';
import { endsWithSpace } from '../turn';
import { type AskedDocument, type OutputTypeRules, type Questions, requestId, sameForEach } from './output-type';

/** Which of several continuations is the likeliest: one request a choice (lm-evaluation-harness 0.4.13; lm-eval-spec §3.1 and §3.3). */
export const multipleChoice: OutputTypeRules = { needsChoices: true, hasPrompt: true, defaultMetrics: [acc, accNorm], filtersTexts: false, questions };

function questions(asked: AskedDocument): Questions {
  const { definition, doc, target, form, pipelines } = asked;
  const choices = form.fields.choices(doc, definition.doc_to_choice ?? []);
  const { contexts, ownText } = asked.prompt();
  const answer = form.multipleInput ? form.fields.text(doc, definition.doc_to_text) : target;
  // A function of the task's own looks for the answer itself.
  const isOwn = definition.process_results !== null;
  const gold = isOwn ? NO_GOLD : goldOf(answer, choices, form.severalTargets && !form.multipleInput);
  const lacksGold = !isOwn && (gold === NO_GOLD || (Array.isArray(gold) && gold.includes(NO_GOLD)));
  return {
    requests: choiceRequests(asked, contexts, choices),
    ownText,
    choices,
    lacksGold,
    outcomes: sameForEach(pipelines, (responses) => choiceOutcome(choices, gold, responses)),
  };
}

/** One a choice, then one a choice without context where `acc_mutual_info` wants them. */
function choiceRequests({ definition, index, target, form, metrics, chat }: AskedDocument, contexts: readonly string[], choices: readonly string[]): ScoreRequest[] {
  const delimiter = continuationDelimiter(definition, chat);
  const [only = ''] = contexts;
  const pairs = form.multipleInput ? contexts.map((context) => [context, str(target)] as const) : choices.map((choice) => [only, choice] as const);
  if (metrics.has('acc_mutual_info')) pairs.push(...choices.map((choice) => ['', choice] as const));
  return pairs.map(([context, text], request) => ({ kind: 'loglikelihood', id: requestId(definition.task, index, request), context, continuation: delimiter + text }));
}

/** A chat template separates turns itself; only an answer that has begun needs the delimiter still. */
function continuationDelimiter({ target_delimiter, gen_prefix }: TaskDefinition, chat: boolean): string {
  if (!chat) return target_delimiter;
  return gen_prefix !== null && gen_prefix !== '' && !endsWithSpace(gen_prefix) ? target_delimiter : '';
}

/** The gold of a document whose answer is not among its choices. */
export const NO_GOLD = -100;

/**
 * Which choice is right: an index, or a choice's text (its first occurrence); a list where the task has several.
 * `severalTargets` is decided by the task's first document. Throws PyError where the harness crashes.
 */
export function goldOf(target: PyValue, choices: readonly string[], severalTargets: boolean): number | number[] {
  if (Array.isArray(target) !== severalTargets) {
    const wanted = severalTargets ? 'a list, as it does for the first document' : 'one answer, as it does for the first document';
    throw new PyError('TypeError', `doc_to_target must give ${wanted}, not ${repr(target)}`);
  }
  if (!Array.isArray(target)) return goldIndex(target, choices);
  return target.map((item) => {
    const index = asIndex(item);
    if (index === null) throw new PyError('TypeError', `a list of targets must hold indices of choices, not ${repr(item)} (${typeName(item)})`);
    return index < choices.length ? index : NO_GOLD;
  });
}

function goldIndex(target: PyValue, choices: readonly string[]): number {
  if (typeof target === 'string') {
    const index = choices.indexOf(target);
    return index < 0 ? NO_GOLD : index;
  }
  const index = asIndex(target);
  if (index === null) throw new PyError('TypeError', `doc_to_target must give a choice or its index, not ${repr(target)} (${typeName(target)})`);
  return index < choices.length ? index : NO_GOLD;
}

function asIndex(value: PyValue): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'bigint' ? Number(value) : null;
}

/** Scores of a multiple-choice document. Responses: one a choice, then the unconditional ones if there are any. */
export function choiceOutcome(choices: readonly string[], gold: number | readonly number[], responses: readonly ModelResponse[]): Outcome {
  const scored = scores(responses);
  const conditional = scored.slice(0, choices.length);
  const rest = scored.slice(choices.length);
  return {
    kind: 'multiple_choice',
    logLikelihoods: conditional.map(({ logLikelihood }) => logLikelihood),
    greedy: conditional.map(({ greedy }) => greedy),
    choiceCharacters: choices.map(codePointCount),
    choiceBytes: choices.map((choice) => Buffer.byteLength(choice, 'utf8')),
    unconditional: rest.length === 0 ? null : rest.map(({ logLikelihood }) => logLikelihood),
    gold,
  };
}
