/**
 * What stands for the Python functions of task files (`!function`), which are never run: functions of ours that give what the harness's own give.
 * A family of tasks is a file beside this one; `registry` knows them all. A sealed interpreter would be one more way from a PythonHook to a Hook.
 */
import type { AggregationName } from '../../metrics/aggregations/registry';
import type { Rows } from '../../dataset/rows';
import type { Doc, PyDict, PyValue } from '../../python/value';
import type { FilterMaker } from '../filters/filter';

/** A document's answers, as `process_results` gets them. */
export type Answers =
  /** One a request: choices, then choices without context where a metric wants them; a single one for a target or a text. */
  | { readonly kind: 'scores'; readonly logLikelihoods: readonly number[]; readonly greedy: readonly boolean[] }
  /** What the filters left. */
  | { readonly kind: 'generated'; readonly result: PyValue };

/** Throws PyError where the harness's function raises. */
export type Hook =
  /** `process_docs`. `keepsCount`: a row for each row, in their order, so that the first rows can be had from the first rows. */
  | { readonly use: 'docs'; readonly keepsCount: boolean; readonly apply: (rows: Rows, signal: AbortSignal) => Promise<Rows> }
  /** `doc_to_text`, `doc_to_target`, `doc_to_choice`. */
  | { readonly use: 'field'; readonly value: (doc: Doc) => PyValue }
  /** `process_results`: values by metric, as Python has them: an aggregation takes them as they are. */
  | { readonly use: 'results'; readonly values: (doc: Doc, answers: Answers) => ReadonlyMap<string, PyValue> }
  /** The function of a metric: a document's value of its target and its answer. */
  | { readonly use: 'metric'; readonly value: (gold: PyValue, prediction: PyValue) => PyValue }
  /** The function of an aggregation. */
  | { readonly use: 'aggregation'; readonly name: AggregationName }
  /** A filter's class, or the function of a `custom` one. */
  | { readonly use: 'filter'; readonly make: FilterMaker }
  /** Hard-coded examples. */
  | { readonly use: 'samples'; readonly samples: readonly ReadonlyMap<string, PyValue>[] };

/** How a function is named in its module: arguments that `functools.partial` gives it, and the name a running module gives it. */
export type HookCall = { readonly bound: Readonly<Record<string, PyValue>>; readonly member: string | null };

export type NativeFunction = {
  /** Its name in the harness's package, from the package on. */
  readonly name: string;
  /** Of its source in every version that does the same (python/source/function). */
  readonly fingerprints: readonly string[];
  readonly hook: Hook | ((call: HookCall) => Hook);
};

/** A dict as Python writes it down. */
export function dict(items: Readonly<Record<string, PyValue>>): PyDict {
  return new Map(Object.entries(items));
}
