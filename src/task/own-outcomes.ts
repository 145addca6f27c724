import type { PythonHook } from '../config/python-hook';
import type { OwnOutcome } from '../metrics/metric';
import { type ModelResponse, scores, texts } from '../model/request';
import type { Doc } from '../python/value';
import type { Pipeline } from './filters/pipeline';
import type { Answers } from './hooks/hook';
import { hookFor } from './hooks/uses';

/** What `process_results` makes of a document's answers, one outcome a filter pipeline. Throws PyError where the harness raises. */
export function ownOutcomes(hook: PythonHook, doc: Doc, pipelines: readonly Pipeline[], responses: readonly ModelResponse[]): readonly OwnOutcome[] {
  const { values } = hookFor(hook, 'results');
  const outcome = (answers: Answers): OwnOutcome => ({ kind: 'own', values: values(doc, answers), generated: answers.kind === 'generated' ? { result: answers.result } : null });
  if (responses[0]?.kind === 'generate_until') {
    const answers = texts(responses);
    return pipelines.map((pipeline) => outcome({ kind: 'generated', result: pipeline.apply(answers, doc) }));
  }
  const scored = scores(responses);
  const shared = outcome({ kind: 'scores', logLikelihoods: scored.map(({ logLikelihood }) => logLikelihood), greedy: scored.map((score) => 'greedy' in score && score.greedy) });
  return pipelines.map(() => shared);
}
