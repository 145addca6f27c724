/** A document whose requests are all answered: what numbers, screens and the samples file need of it. The journal keeps it. */
import type { MetricValue } from '../metrics/score';
import { type ModelResponse, tokensOf } from '../model/request';
import type { SampleSummary } from '../protocol/events';
import { docHash } from '../task/doc-hash';
import { sampleLineText } from '../task/sample-line';
import type { PreparedDocument, PreparedTask } from '../task/prepared';
import { charactersOf } from './blocks';
import { summaryOf } from './sample-summary';

export type AnsweredDocument = {
  /** 0-based, file order. */
  readonly index: number;
  /** The harness's `doc_hash`, hex. */
  readonly hash: string;
  /** One a column: for each filter of the task, each of its metrics. */
  readonly values: readonly MetricValue[];
  /** Tokens scored. */
  readonly tokens: number;
  /** Of its requests: a resumed run cuts the same blocks without rendering it again. */
  readonly characters: number;
  readonly lacksGold: boolean;
  /** A log-likelihood is NaN. */
  readonly notANumber: boolean;
  /** What a list of samples shows; null where no samples are kept. */
  readonly summary: Pick<SampleSummary, 'text' | 'target' | 'answer' | 'filtered' | 'probability'> | null;
  /** Its lines of the samples file, one a filter; empty where no samples are kept. */
  readonly samples: readonly string[];
};

/** A longer document has no line in the samples file: it would repeat a book. */
const LONGEST_SAMPLE = 1 << 24;

/** Responses in the order of the document's requests. Throws what the task's outcomes and metrics throw. */
export function answeredDocument(task: PreparedTask, prepared: PreparedDocument, responses: readonly ModelResponse[], keepsSamples: boolean): AnsweredDocument {
  const outcomes = prepared.outcomes(responses);
  const values = outcomes.map((outcome) => task.metrics.map(({ metric }) => metric.value(outcome)));
  const names = task.metrics.map(({ metric }) => metric.name);
  const hash = docHash(prepared.doc);
  const characters = charactersOf(prepared.requests);
  const repeated = prepared.requests.reduce((sum, request) => sum + charactersOf([request]), 0);
  const lines = keepsSamples && repeated <= LONGEST_SAMPLE ? outcomes : [];
  return {
    index: prepared.index,
    hash,
    values: values.flat(),
    tokens: responses.reduce((sum, response) => sum + tokensOf(response), 0),
    characters,
    lacksGold: prepared.lacksGold,
    notANumber: responses.some((response) => 'logLikelihood' in response && Number.isNaN(response.logLikelihood)),
    summary: keepsSamples ? summaryOf(prepared, responses, outcomes) : null,
    samples: lines.map((outcome, place) => sampleLineText(prepared, responses, { filter: task.filters[place] ?? '', hash, names, values: values[place] ?? [], outcome })),
  };
}
