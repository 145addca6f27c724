import * as vscode from 'vscode';
import type { EvaluationHandle, EvaluationOutcome, EvaluationRequest, EvaluatorClient } from '../../protocol/commands';
import { AssayError } from '../../protocol/errors';
import type { RunEvent } from '../../protocol/events';
import { comparisonsOf } from './comparison-events';
import { EventHistory } from '../results/event-history';
import { StatusOfEvaluation, type EvaluationStatus } from './evaluation-status';
import type { DownloadProgress } from './downloads';
import type { Memory } from './memory';
import type { ResultsFeed } from '../results/results-feed';

/** What was asked for, kept so that it can be asked for again with `resume`. */
export type Asked = {
  readonly request: EvaluationRequest;
  readonly title: string;
  /** Digest of the one entry that was asked for: it may stand elsewhere by the time of a resume. */
  readonly entry?: string | null;
};

export type Ending = { readonly asked: Asked; readonly status: EvaluationStatus; readonly outcome: EvaluationOutcome | null; readonly hasEvents: boolean };

export type EvaluationsPorts = {
  /** Forks the evaluator on first use. */
  readonly client: () => EvaluatorClient;
  readonly feed: ResultsFeed;
  readonly memory: Memory;
  readonly downloads: DownloadProgress;
};

type Live = { readonly asked: Asked; readonly history: EventHistory; readonly status: StatusOfEvaluation; readonly handle: EvaluationHandle };

/** The evaluations of this window: one at work, others waiting, and the last one for Resume. */
export class Evaluations implements vscode.Disposable {
  private readonly received = new vscode.EventEmitter<RunEvent>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly ended = new vscode.EventEmitter<Ending>();
  /** Events of every evaluation at work, and of the last one when it is read back. */
  readonly onDidReceive = this.received.event;
  /** The status, the queue or what is shown changed. */
  readonly onDidChange = this.changed.event;
  readonly onDidEnd = this.ended.event;

  private readonly live: Live[] = [];
  private last: { readonly asked: Asked; readonly status: EvaluationStatus } | null = null;
  private restoring: Promise<void> | null = null;
  private closing = false;

  constructor(private readonly ports: EvaluationsPorts) {}

  /** Title and status of the evaluation at work, else of the last one. */
  get current(): { readonly title: string; readonly status: EvaluationStatus; readonly waiting: number } | null {
    const first = this.live[0];
    if (first) return { title: first.asked.title, status: first.status.status(true), waiting: this.live.length - 1 };
    return this.last && { title: this.last.asked.title, status: this.last.status, waiting: 0 };
  }

  get isRunning(): boolean {
    return this.live.length > 0;
  }

  /** What Resume would go on with. */
  get resumable(): Asked | null {
    return this.live[0]?.asked ?? this.last?.asked ?? null;
  }

  /** Queues an evaluation; the title of the one it waits for, or null. */
  start(asked: Asked): string | null {
    const before = this.live.at(-1)?.asked.title ?? null;
    const history = new EventHistory();
    const status = new StatusOfEvaluation();
    const handle = this.ports.client().start(asked.request, (event) => this.receive(live, event));
    const live: Live = { asked, history, status, handle };
    this.live.push(live);
    void handle.outcome.then(
      (outcome) => this.end(live, outcome, null),
      (thrown: unknown) => this.end(live, null, AssayError.from(thrown)),
    );
    this.changed.fire();
    return before;
  }

  /** Cancels the evaluation at work; those that wait go on. */
  cancel(): void {
    this.live[0]?.handle.cancel();
  }

  resume(asked: Asked | null = this.resumable): string | null {
    return asked && this.start({ ...asked, request: { ...asked.request, resume: true } });
  }

  /** The window goes away: what is cut off now is an interrupted evaluation, not one that ended. */
  close(): void {
    this.closing = true;
  }

  dispose(): void {
    for (const emitter of [this.received, this.changed, this.ended]) emitter.dispose();
  }

  /** Shows runs of an earlier evaluation, read from their folders. */
  async showFolders(folders: readonly string[]): Promise<void> {
    const { history, status } = await this.replay(folders);
    this.ports.feed.show(history, status.kind === 'interrupted');
  }

  /** Shows events that belong to no single evaluation: a comparison of two runs. */
  showEvents(events: readonly RunEvent[]): void {
    this.ports.feed.show(new EventHistory(events), false);
  }

  /** After a reload of the window: shows the last evaluation as far as it came. Rejects, every time, where it cannot be read back. */
  restore(): Promise<void> {
    this.restoring ??= this.readLast();
    return this.restoring;
  }

  private async readLast(): Promise<void> {
    const remembered = this.ports.memory.last;
    if (!remembered || remembered.folders.length === 0) return;
    const { history, status, events } = await this.replay(remembered.folders);
    if (this.isRunning || !this.ports.feed.isEmpty) return;
    this.last = { asked: remembered.asked, status };
    for (const event of events) this.received.fire(event);
    this.ports.feed.show(history, status.kind === 'interrupted');
    this.changed.fire();
  }

  private async replay(folders: readonly string[]): Promise<{ history: EventHistory; status: EvaluationStatus; events: readonly RunEvent[] }> {
    const client = this.ports.client();
    const replayed = await Promise.allSettled(folders.map((folder) => client.replay(folder)));
    // A checkpoint whose turn had not come has no folder yet.
    const runs = replayed.flatMap((run) => (run.status === 'fulfilled' ? run.value : []));
    const [failure] = replayed.flatMap((run) => (run.status === 'rejected' ? [run.reason as unknown] : []));
    if (runs.length === 0 && failure !== undefined) throw failure;
    const events = [...runs, ...(await comparisonsOf(runs, client))];
    return { history: new EventHistory(events), status: new StatusOfEvaluation(events).status(false), events };
  }

  private receive(live: Live, event: RunEvent): void {
    if (this.closing) return;
    if (event.type === 'downloading') return this.ports.downloads.show(event);
    const first = live.history.isEmpty;
    live.history.append(event);
    live.status.apply(event);
    if (event.type === 'planned') this.ports.memory.planned(live.asked, event);
    if (first) this.ports.feed.show(live.history, false);
    else this.ports.feed.appended(live.history, event);
    this.received.fire(event);
    this.changed.fire();
  }

  private end(live: Live, outcome: EvaluationOutcome | null, error: AssayError | null): void {
    if (this.closing) return;
    this.ports.downloads.end();
    this.live.splice(this.live.indexOf(live), 1);
    const status: EvaluationStatus = error
      ? { kind: 'failed', failure: { checkpoint: '', error: error.toJSON(), resumable: !live.history.isEmpty } }
      : live.status.status(false);
    this.last = { asked: live.asked, status };
    this.ports.memory.ended();
    // The evaluator itself went away: what came so far stays on screen, with Resume.
    if (error && this.ports.feed.isShowing(live.history) && !live.history.isEmpty) this.ports.feed.show(live.history, true);
    this.ended.fire({ asked: live.asked, status, outcome, hasEvents: !live.history.isEmpty });
    this.changed.fire();
  }
}
