import type { TaskDefinition } from '../../config/definition';
import type { Metric, Outcome } from '../../metrics/metric';
import type { ModelResponse } from '../../model/request';
import type { Doc, PyValue } from '../../python/value';
import type { Fields } from '../fields';
import type { Pipeline } from '../filters/pipeline';
import type { PreparedDocument } from '../prepared';
import type { Prompt } from '../prompt';

/** What a task's first document decides for all of them. */
export type Form = { readonly fields: Fields; readonly multipleInput: boolean; readonly severalTargets: boolean };

/** One row of a task, on its way to requests. */
export type AskedDocument = {
  readonly definition: TaskDefinition;
  readonly index: number;
  readonly doc: Doc;
  readonly target: PyValue;
  readonly form: Form;
  readonly pipelines: readonly Pipeline[];
  /** Names of the task's metrics. */
  readonly metrics: ReadonlySet<string>;
  /** Prompts are rendered with a chat template. */
  readonly chat: boolean;
  /** Of the run. */
  readonly seed: number;
  /** Renders the contexts. */
  readonly prompt: () => Prompt;
};

export type Questions = Pick<PreparedDocument, 'requests' | 'ownText' | 'choices' | 'lacksGold' | 'outcomes' | 'partialOutcome'>;

/** Everything that is particular to one output type. */
export type OutputTypeRules = {
  readonly needsChoices: boolean;
  /** Whether few-shot examples, and `doc_to_text`, make its prompts. */
  readonly hasPrompt: boolean;
  readonly defaultMetrics: readonly Metric[];
  /** Answers are texts that any filter may change; scores can only be taken as they are. */
  readonly filtersTexts: boolean;
  /** Throws PyError where the harness raises. */
  questions(asked: AskedDocument): Questions;
};

/** Scores are what they are, whichever pipeline asks: worked out once, the same for each. */
export function sameForEach(pipelines: readonly Pipeline[], outcomeOf: (responses: readonly ModelResponse[]) => Outcome): Questions['outcomes'] {
  return (responses) => {
    const outcome = outcomeOf(responses);
    return pipelines.map(() => outcome);
  };
}

/** Key of a request in the journal. */
export function requestId(task: string, doc: number, request: number, repeat = 0): string {
  return `${task}/${doc}/${request}/${repeat}`;
}
