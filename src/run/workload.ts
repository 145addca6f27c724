/** How much a run has to read, in characters, and how much of it is done: for the time that is left. */
import type { ScoreRequest } from '../model/language-model';
import type { PreparedDocument, PreparedTask } from '../task/prepared';
import type { TaskPlan } from './plan';

/** Documents of a task that are looked at to know how long its documents are. */
const SAMPLE = 8;
/** Until the first document is finished; English text is read at three to five. */
const CHARACTERS_PER_TOKEN = 3.5;

export class Workload {
  private readonly perDocument: ReadonlyMap<string, number>;
  private readonly open: Map<string, number>;
  private read = 0;

  constructor(tasks: readonly TaskPlan[]) {
    this.perDocument = new Map(tasks.map(({ prepared }) => [prepared.name, averageWork(prepared)]));
    this.open = new Map(tasks.map(({ prepared }) => [prepared.name, prepared.documents.length]));
  }

  /** A document is finished; `asked` when the model had to read it. */
  finished(task: string, document: PreparedDocument, asked: boolean): void {
    this.open.set(task, (this.open.get(task) ?? 0) - 1);
    if (asked) this.read += workOf(document);
  }

  /** Tokens still to read when `tokens` have been. */
  tokensLeft(tokens: number): number {
    const perToken = this.read > 0 && tokens > 0 ? this.read / tokens : CHARACTERS_PER_TOKEN;
    const open = [...this.open].reduce((sum, [task, documents]) => sum + documents * (this.perDocument.get(task) ?? 0), 0);
    return Math.max(0, (this.read + open) / perToken - tokens);
  }
}

/** Characters of a document's requests; a context that several of them share is read once. */
export function workOf({ requests }: PreparedDocument): number {
  const contexts = new Set(requests.map((request) => (request.kind === 'loglikelihood' ? request.context : '')));
  const shared = [...contexts].reduce((sum, context) => sum + context.length, 0);
  return requests.reduce((sum, request) => sum + ownLength(request), shared);
}

function ownLength(request: ScoreRequest): number {
  return request.kind === 'loglikelihood' ? request.continuation.length : request.text.length;
}

/** Over some documents spread evenly. One that cannot be rendered is told when its turn comes. */
function averageWork(task: PreparedTask): number {
  const total = task.documents.length;
  const count = Math.min(SAMPLE, total);
  const works = Array.from({ length: count }, (_, k) => {
    try {
      return workOf(task.document(Math.floor((k * total) / count)));
    } catch {
      return 0;
    }
  });
  return works.reduce((sum, work) => sum + work, 0) / Math.max(1, count);
}
