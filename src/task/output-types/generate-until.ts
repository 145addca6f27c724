import { createHash } from 'node:crypto';
import type { TaskDefinition } from '../../config/definition';
import { exactMatchText } from '../../metrics/exact-match-text';
import type { GenerationOutcome } from '../../metrics/metric';
import { type GenerateRequest, texts } from '../../model/request';
import { PyError } from '../../python/errors';
import { str, typeName } from '../../python/print';
import { getItem } from '../../python/subscript';
import type { PyValue } from '../../python/value';
import { type AskedDocument, type OutputTypeRules, type Questions, requestId } from './output-type';

/** A text that goes on after the prompt, filtered, against the target (lm-evaluation-harness 0.4.13; lm-eval-spec §3.1 and §3.5). */
export const generateUntil: OutputTypeRules = { needsChoices: false, hasPrompt: true, defaultMetrics: [exactMatchText], filtersTexts: true, questions };

function questions(asked: AskedDocument): Questions {
  const { definition, index, doc, pipelines, prompt, seed } = asked;
  const { contexts, ownText } = prompt();
  const kwargs = generationKwargs(definition);
  const requests = Array.from({ length: definition.repeats }, (_, repeat): GenerateRequest => {
    const id = requestId(definition.task, index, 0, repeat);
    return { kind: 'generate_until', id, context: contexts[0] ?? '', kwargs, seed: seedOf(seed, id) };
  });
  const gold = definition.process_results === null ? targetOf(asked) : null;
  return {
    requests,
    ownText,
    choices: null,
    lacksGold: false,
    outcomes: (responses) => {
      const answers = texts(responses);
      return pipelines.map((pipeline) => outcomeOf(pipeline.apply(answers, doc), gold, asked));
    },
  };
}

/** Absent keys as the harness fills them in (lm-eval-spec §1.6). */
export function generationKwargs({ generation_kwargs, fewshot_delimiter }: Pick<TaskDefinition, 'generation_kwargs' | 'fewshot_delimiter'>): ReadonlyMap<string, PyValue> {
  if (generation_kwargs === null) return new Map<string, PyValue>([['temperature', 0], ['do_sample', false], ['max_gen_toks', 256n], ['until', [fewshot_delimiter]]]);
  const kwargs = new Map(Object.entries(generation_kwargs));
  if (!kwargs.has('until')) kwargs.set('until', [fewshot_delimiter]);
  const temperature = kwargs.get('temperature');
  if (typeof temperature === 'bigint') kwargs.set('temperature', Number(temperature));
  return kwargs;
}

/** With `doc_to_choice` the target is the index of a choice. */
function targetOf({ definition, doc, target, form }: AskedDocument): PyValue {
  if (definition.doc_to_choice === null) return target;
  return getItem([...form.fields.choices(doc, definition.doc_to_choice)], target);
}

function outcomeOf(result: PyValue, gold: PyValue, { definition, form }: AskedDocument): GenerationOutcome {
  const severalTargets = form.severalTargets && definition.doc_to_choice === null;
  return { kind: 'generate_until', result, gold: severalTargets || definition.doc_to_choice !== null ? gold : asTypeOf(result, gold), severalTargets };
}

/** The harness casts a target to the type of what it is compared with: `"7"` to 7 where a `map` filter gave a number. */
function asTypeOf(result: PyValue, gold: PyValue): PyValue {
  if (Array.isArray(result) || typeName(result) === typeName(gold)) return gold;
  switch (typeof result) {
    case 'string':
      return str(gold);
    case 'bigint':
      return wholeNumber(gold);
    case 'number':
      return typeof gold === 'bigint' ? Number(gold) : floatOf(gold);
    default:
      throw new PyError('TypeError', `the target ${str(gold)} cannot be compared with a ${typeName(result)}`);
  }
}

function wholeNumber(gold: PyValue): bigint {
  if (typeof gold === 'number' && Number.isFinite(gold)) return BigInt(Math.trunc(gold));
  if (typeof gold === 'boolean') return gold ? 1n : 0n;
  if (typeof gold === 'string' && /^\s*[-+]?\d+(?:_\d+)*\s*$/.test(gold)) return BigInt(gold.trim().replaceAll('_', '').replace(/^\+/, ''));
  throw new PyError('ValueError', `the target ${str(gold)} is no whole number, and the answer is one`);
}

function floatOf(gold: PyValue): number {
  const value = typeof gold === 'string' && gold.trim() !== '' ? Number(gold) : typeof gold === 'boolean' ? Number(gold) : NaN;
  if (Number.isNaN(value)) throw new PyError('ValueError', `the target ${str(gold)} is no number, and the answer is one`);
  return value;
}

/** Of a request's random draws: the same whenever and beside whatever it is asked. */
function seedOf(seed: number, id: string): number {
  return createHash('sha256').update(`${seed} ${id}`).digest().readUInt32LE(0);
}
