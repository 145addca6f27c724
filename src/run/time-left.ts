/** How long an evaluation still takes, from what all its runs have to read. One estimate, held back while nothing sure can be said. */
import { generationOptions } from '../model/generation-options';
import type { ModelRequest } from '../model/request';
import type { PreparedDocument, PreparedTask } from '../task/prepared';
import type { TaskFacts } from './plan';

/** Documents of a task that are looked at to know how long its documents are. */
const SAMPLE = 8;
/** Until documents are finished; English text is read at three to five. */
const CHARACTERS_PER_TOKEN = 3.5;
/** Nothing is said before this much time has been computed, … */
const SURE_AFTER_MS = 4_000;
/** … and this share of the run is done, or so much time has passed that the rate is known well. */
const SURE_SHARE = 0.03;
const SURE_ANYHOW_MS = 20_000;
/** The pace is that of the last while: other tasks and a busy machine change it. */
const WINDOW_MS = 30_000;

/** Runs behind this one, as multiples of its work: a model twice as large takes twice as long. */
export type Later = number;

export class TimeLeft {
  private readonly perDocument: ReadonlyMap<string, number>;
  private readonly open: Map<string, number>;
  private readonly total: number;
  private readonly samples: { readonly time: number; readonly tokens: number }[] = [];
  private first: number | null = null;
  private read = 0;
  private tokens = 0;

  constructor(
    tasks: readonly TaskFacts[],
    prepared: ReadonlyMap<string, PreparedTask>,
    private readonly later: Later,
    private readonly now: () => number,
  ) {
    this.perDocument = new Map(tasks.map(({ name }) => [name, averageWork(prepared.get(name))]));
    this.open = new Map(tasks.map(({ name, documents }) => [name, documents]));
    this.total = tasks.reduce((sum, { name, documents }) => sum + documents * (this.perDocument.get(name) ?? 0), 0);
  }

  /** A document is finished; `asked`: the model had to read it now. */
  finished(task: string, asked: PreparedDocument | null): void {
    this.open.set(task, (this.open.get(task) ?? 0) - 1);
    if (asked !== null) this.read += workOf(asked);
  }

  /** A task will not be asked any further. */
  dropped(task: string): void {
    this.open.set(task, 0);
  }

  /** Tokens pushed through the model since the start. */
  pushed(tokens: number): void {
    const time = this.now();
    this.first ??= time;
    this.tokens = tokens;
    this.samples.push({ time, tokens });
    while (this.samples.length > 2 && time - (this.samples[1]?.time ?? time) > WINDOW_MS) this.samples.shift();
  }

  /** Seconds; null until it is known well. */
  get seconds(): number | null {
    const [oldest] = this.samples;
    const newest = this.samples.at(-1);
    if (this.first === null || oldest === undefined || newest === undefined || newest.time <= oldest.time || this.read === 0) return null;
    const computed = newest.time - this.first;
    const left = [...this.open].reduce((sum, [task, documents]) => sum + documents * (this.perDocument.get(task) ?? 0), 0);
    const share = this.read / Math.max(1, this.read + left);
    if (computed < SURE_AFTER_MS || (share < SURE_SHARE && computed < SURE_ANYHOW_MS)) return null;
    const perSecond = ((newest.tokens - oldest.tokens) * 1000) / (newest.time - oldest.time);
    const perToken = this.tokens > 0 ? this.read / this.tokens : CHARACTERS_PER_TOKEN;
    const characters = left + this.later * this.total;
    return perSecond > 0 ? characters / perToken / perSecond : null;
  }
}

/** Characters of a document's requests; a context that several of them share is read once, overlapping windows again and again. */
export function workOf({ requests }: PreparedDocument): number {
  const contexts = new Set(requests.map((request) => ('context' in request ? request.context : '')));
  let work = 0;
  for (const context of contexts) work += context.length;
  for (const request of requests) work += ownLength(request);
  return work;
}

function ownLength(request: ModelRequest): number {
  if (request.kind === 'loglikelihood') return request.continuation.length;
  // How long an answer gets nobody knows; the pace over finished documents makes up for it.
  if (request.kind === 'generate_until') return generationOptions(request.kwargs).maxTokens * CHARACTERS_PER_TOKEN;
  if (request.kind === 'features') return request.text.length;
  const { text, window, stride } = request;
  const overlaps = window !== undefined && stride !== undefined && stride < window && text.length / CHARACTERS_PER_TOKEN > window;
  return overlaps ? (text.length * window) / stride : text.length;
}

/** Over some documents spread evenly. One that cannot be rendered is told when its turn comes. */
function averageWork(task: PreparedTask | undefined): number {
  if (task === undefined) return 0;
  const count = Math.min(SAMPLE, task.documents);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    try {
      sum += workOf(task.document(Math.floor((k * task.documents) / count)));
    } catch {
      // Told when its turn comes.
    }
  }
  return sum / Math.max(1, count);
}
