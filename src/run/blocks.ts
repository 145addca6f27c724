/** Cuts a task's unanswered documents, in the random order, into blocks of requests for the model. */
import type { ScoreRequest } from '../model/language-model';
import { AssayError } from '../protocol/errors';
import type { PreparedDocument } from '../task/prepared';
import type { TaskRun } from './task-run';
import { BlockSize } from './order';

export type Block = {
  readonly run: TaskRun;
  /** By request id. */
  readonly documents: ReadonlyMap<string, PreparedDocument>;
  readonly requests: readonly ScoreRequest[];
};

/** Lazily: prompts of a block are rendered when it is asked for. Throws what rendering a document throws. */
export function* blocksOf(run: TaskRun): Generator<Block> {
  const size = new BlockSize();
  let requests: ScoreRequest[] = [];
  let documents = new Map<string, PreparedDocument>();
  let count = 0;
  let characters = 0;
  for (const index of run.order) {
    if (run.isFinished(index)) continue;
    const prepared = run.task.document(index);
    if (prepared.requests.length === 0) throw new AssayError('document-failed', { doc: index, detail: 'it has no choices' });
    for (const request of prepared.requests) {
      documents.set(request.id, prepared);
      if (run.isAnswered(index, request.id)) continue;
      requests.push(request);
      characters += charactersOf(request);
    }
    count++;
    if (!size.isFull(count, characters)) continue;
    yield { run, documents, requests };
    requests = [];
    documents = new Map();
    count = 0;
    characters = 0;
  }
  if (requests.length > 0) yield { run, documents, requests };
}

/** Work of a request, in characters. */
export function charactersOf(request: ScoreRequest): number {
  return request.kind === 'loglikelihood' ? request.context.length + request.continuation.length : request.text.length;
}
