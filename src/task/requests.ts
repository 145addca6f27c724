import type { TaskDefinition } from '../config/definition';
import type { ScoreRequest } from '../model/request';
import { PyError } from '../python/errors';
import { repr, str, typeName } from '../python/print';
import type { PyValue } from '../python/value';
import { endsWithSpace } from './turn';

export type Asked = {
  readonly contexts: readonly string[];
  readonly choices: readonly string[];
  readonly target: PyValue;
  readonly multipleInput: boolean;
  /** `acc_mutual_info` also wants every choice without its context. */
  readonly unconditional: boolean;
  readonly chat: boolean;
};

/** Key of a request in the journal. Scores do not vary, so there is one repeat. */
const requestId = (task: string, doc: number, request: number): string => `${task}/${doc}/${request}/0`;

/** The requests of a multiple-choice document: one a choice, then one a choice without context if asked for. */
export function choiceRequests(definition: TaskDefinition, doc: number, asked: Asked): ScoreRequest[] {
  const delimiter = continuationDelimiter(definition, asked.chat);
  const [only = ''] = asked.contexts;
  const pairs = asked.multipleInput
    ? asked.contexts.map((context) => [context, str(asked.target)] as const)
    : asked.choices.map((choice) => [only, choice] as const);
  if (asked.unconditional) pairs.push(...asked.choices.map((choice) => ['', choice] as const));
  return pairs.map(([context, text], index) => ({ kind: 'loglikelihood', id: requestId(definition.task, doc, index), context, continuation: delimiter + text }));
}

/** A chat template separates turns itself; only an answer that has begun needs the delimiter still. */
function continuationDelimiter(definition: TaskDefinition, chat: boolean): string {
  const { target_delimiter, gen_prefix } = definition;
  if (!chat) return target_delimiter;
  return gen_prefix !== null && gen_prefix !== '' && !endsWithSpace(gen_prefix) ? target_delimiter : '';
}

/** The request of a `loglikelihood` document. The target brings its own leading space. */
export function targetRequest(definition: TaskDefinition, doc: number, context: string, target: PyValue): ScoreRequest {
  return { kind: 'loglikelihood', id: requestId(definition.task, doc, 0), context, continuation: requireText(target) };
}

/** The request of a `loglikelihood_rolling` document. */
export function rollingRequest(definition: TaskDefinition, doc: number, target: PyValue): ScoreRequest {
  const { rolling } = definition;
  return {
    kind: 'loglikelihood_rolling',
    id: requestId(definition.task, doc, 0),
    text: requireText(target),
    ...(typeof rolling?.window === 'number' && { window: rolling.window }),
    ...(typeof rolling?.stride === 'number' && { stride: rolling.stride }),
  };
}

export function requireText(target: PyValue): string {
  if (typeof target !== 'string') throw new PyError('TypeError', `doc_to_target must give text here, not ${repr(target)} (${typeName(target)})`);
  return target;
}
