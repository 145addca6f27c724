/**
 * Cuts a task's documents, in the random order, into blocks of requests for the model. Blocks are the same however
 * often the run was interrupted: what is asked keeps its company, and so its last bit.
 */
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
  /** Ids of requests that have their answer from an earlier start. */
  readonly answered: ReadonlySet<string>;
};

/** Lazily: prompts of a block are rendered when it is asked for. Blocks that are answered are left out. Throws what rendering a document throws. */
export function* blocksOf(run: TaskRun): Generator<Block> {
  const size = new BlockSize(run.order.length);
  let block = new OpenBlock(run);
  for (const index of run.order) {
    block.add(run.task.document(index));
    if (!size.isFull(block.documentCount, block.characters)) continue;
    if (!block.isAnswered) yield block;
    block = new OpenBlock(run);
  }
  if (!block.isAnswered) yield block;
}

class OpenBlock implements Block {
  readonly documents = new Map<string, PreparedDocument>();
  readonly requests: ScoreRequest[] = [];
  readonly answered = new Set<string>();
  documentCount = 0;
  characters = 0;

  constructor(readonly run: TaskRun) {}

  get isAnswered(): boolean {
    return this.answered.size === this.requests.length;
  }

  add(document: PreparedDocument): void {
    if (document.requests.length === 0) throw new AssayError('document-failed', { doc: document.index, detail: 'it has no choices' });
    this.documentCount++;
    for (const request of document.requests) {
      this.documents.set(request.id, document);
      this.requests.push(request);
      this.characters += charactersOf(request);
      if (this.run.isAnswered(document.index, request.id)) this.answered.add(request.id);
    }
  }
}

/** Work of a request, in characters. */
export function charactersOf(request: ScoreRequest): number {
  return request.kind === 'loglikelihood' ? request.context.length + request.continuation.length : request.text.length;
}
