/**
 * Cuts a task's documents, in the random order, into blocks of requests for the model. Blocks are the same however
 * often the run was interrupted: what is asked keeps its company, and so its last bit.
 */
import type { ModelRequest } from '../model/request';
import { AssayError } from '../protocol/errors';
import type { PreparedDocument, PreparedTask } from '../task/prepared';
import type { TaskRun } from './task-run';
import { BlockSize } from './order';

export type Block = {
  readonly task: PreparedTask;
  readonly run: TaskRun;
  /** By request id. */
  readonly documents: ReadonlyMap<string, PreparedDocument>;
  readonly requests: readonly ModelRequest[];
  /** Ids of requests that have their answer from an earlier start. */
  readonly answered: ReadonlySet<string>;
};

/**
 * Lazily: a document is rendered when its block is asked for, once. Answered ones are rendered only where another of their
 * block is not. Throws what rendering a document throws.
 */
export function* blocksOf(task: PreparedTask, run: TaskRun): Generator<Block> {
  const size = new BlockSize(run.order.length);
  let open = new OpenBlock(task, run);
  let ahead = 0;
  for (const [place, index] of run.order.entries()) {
    if (place >= ahead && !run.isFinished(index)) ahead = place + task.ahead(run.order, place);
    open.add(index);
    if (!size.isFull(open.indices.length, open.characters)) continue;
    if (open.hasQuestions) yield open.block();
    open = new OpenBlock(task, run);
  }
  if (open.hasQuestions) yield open.block();
}

class OpenBlock {
  readonly indices: number[] = [];
  characters = 0;
  private readonly rendered = new Map<number, PreparedDocument>();

  constructor(
    private readonly task: PreparedTask,
    private readonly run: TaskRun,
  ) {}

  get hasQuestions(): boolean {
    return this.rendered.size > 0;
  }

  add(index: number): void {
    this.indices.push(index);
    if (this.run.isFinished(index)) {
      this.characters += this.run.charactersOf(index);
      return;
    }
    const document = render(this.task, index);
    this.rendered.set(index, document);
    this.characters += charactersOf(document.requests);
  }

  block(): Block {
    const { task, run } = this;
    const documents = new Map<string, PreparedDocument>();
    const requests: ModelRequest[] = [];
    const answered = new Set<string>();
    for (const index of this.indices) {
      const document = this.rendered.get(index) ?? render(task, index);
      for (const asked of document.requests) {
        const from = run.readUpTo(index, asked.id);
        const request = asked.kind === 'loglikelihood_rolling' && from > 0 ? { ...asked, from } : asked;
        documents.set(request.id, document);
        requests.push(request);
        if (run.isFinished(index)) answered.add(request.id);
      }
    }
    return { task, run, documents, requests, answered };
  }
}

function render(task: PreparedTask, index: number): PreparedDocument {
  const document = task.document(index);
  if (document.requests.length === 0) throw new AssayError('document-failed', { doc: index, detail: 'it has no choices' });
  return document;
}

/** Work of a document's requests, in characters: a context that they are scored behind is read once. */
export function charactersOf(requests: readonly ModelRequest[]): number {
  const read = new Set<string>();
  return requests.reduce((sum, request) => {
    if (request.kind !== 'loglikelihood') return sum + ('context' in request ? request.context : request.text).length;
    const isKnown = read.has(request.context);
    read.add(request.context);
    return sum + request.continuation.length + (isKnown ? 0 : request.context.length);
  }, 0);
}
