import type { FilterStep, TaskDefinition } from '../../config/definition';
import { PythonHook } from '../../config/python-hook';
import { AssayError, type ErrorPlace } from '../../protocol/errors';
import { PyError } from '../../python/errors';
import type { Doc, PyValue } from '../../python/value';
import { hookFor } from '../hooks/uses';
import type { Filter, FilterMaker } from './filter';
import { multiChoiceRegex } from './multi-choice-regex';
import { regex } from './regex';
import { majorityVote, takeFirst, takeFirstK } from './selection';
import { formatSpan, regexPos } from './tagged';
import { lowercase, mapAnswers, removeWhitespace, uppercase } from './transformation';

const FILTERS: ReadonlyMap<string, FilterMaker> = new Map([
  ['take_first', takeFirst], ['take_first_k', takeFirstK], ['majority_vote', majorityVote],
  ['regex', regex], ['multi_choice_regex', multiChoiceRegex], ['regex_pos', regexPos], ['format_span', formatSpan],
  ['remove_whitespace', removeWhitespace], ['lowercase', lowercase], ['uppercase', uppercase], ['map', mapAnswers],
]);

export const filterNames: readonly string[] = [...FILTERS.keys()];

/** The steps behind one name of `filter_list`. */
export type Pipeline = {
  readonly name: string;
  /** What is left of a document's answers, one a repeat. Throws PyError where the harness raises. */
  apply(answers: readonly PyValue[], doc: Doc): PyValue;
};

/** A task's pipelines; the harness's `none`, which takes the first answer, where it names none. Throws AssayError `unsupported-filter`, `bad-filter`. */
export function pipelinesOf({ filters, outputType, file }: Pick<TaskDefinition, 'filters' | 'outputType' | 'file'>): readonly Pipeline[] {
  if (filters === null) return [pipeline('none', [takeFirst({})])];
  const place = file === null ? {} : { file };
  return filters.map(({ name, steps }) => pipeline(name, steps.map((step) => filterOf(step, outputType, place))));
}

function pipeline(name: string, steps: readonly Filter[]): Pipeline {
  return { name, apply: (answers, doc) => steps.reduce<PyValue>((left, step) => step(left, doc), [...answers]) };
}

function filterOf({ function: name, options }: FilterStep, type: string, place: ErrorPlace): Filter {
  const own = name instanceof PythonHook ? name : name === 'custom' ? options['filter_fn'] : null;
  const maker = own instanceof PythonHook ? hookFor(own, 'filter').make : FILTERS.get(String(name));
  if (maker === undefined) throw new AssayError('unsupported-filter', { filter: String(name), type, hint: ` Available: ${filterNames.join(', ')}.` }, place);
  try {
    return maker(without(options, 'filter_fn'));
  } catch (error) {
    if (error instanceof PyError) throw new AssayError('bad-filter', { filter: String(name), detail: error.message }, place, { cause: error });
    throw error;
  }
}

function without(options: FilterStep['options'], dropped: string): FilterStep['options'] {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== dropped));
}
