import type { RunEvent } from '../../protocol/events';
import type { FromPanel, ToPanel } from '../../protocol/panel';
import { EventHistory } from './event-history';

/** A results page, in the sidebar or in a tab, as the feed sees it. */
export type Page = { post(message: ToPanel): void };

/** What a page asks for besides data. */
export type PageRequest = Exclude<FromPanel, { type: 'ready' }>;

/** Redraws at most ten times a second (the pages' manners). */
const batchMilliseconds = 100;

/**
 * What the results pages show. The truth is here: a page that says `ready` (opened, shown again, restored,
 * reloaded) gets all of it as a snapshot, and afterwards the same batches as every other page.
 */
export class ResultsFeed {
  private history = new EventHistory();
  private interrupted = false;
  private sequence = 0;
  private pending: RunEvent[] = [];
  private timer: NodeJS.Timeout | null = null;
  private readonly ready = new Set<Page>();

  constructor(
    private readonly strings: Extract<ToPanel, { type: 'strings' }>,
    /** An event as the pages are to read it: texts in the editor's language. */
    private readonly translate: (event: RunEvent) => RunEvent,
  ) {}

  /** Puts another evaluation on all pages; `interrupted`: it has no end, and nobody is working on it. */
  show(history: EventHistory, interrupted: boolean): void {
    this.history = history;
    this.interrupted = interrupted;
    this.pending = [];
    this.sequence++;
    for (const page of this.ready) page.post(this.snapshot());
  }

  /** `event` was appended to `history`; it is sent on if that evaluation is the one shown. */
  appended(history: EventHistory, event: RunEvent): void {
    if (history !== this.history) return;
    this.sequence++;
    if (this.ready.size === 0) return;
    this.pending.push(this.translate(event));
    this.timer ??= setTimeout(() => this.flush(), batchMilliseconds);
  }

  isShowing(history: EventHistory): boolean {
    return history === this.history;
  }

  /** Events of the evaluation that is shown. */
  get events(): readonly RunEvent[] {
    return this.history.events();
  }

  get isEmpty(): boolean {
    return this.history.isEmpty;
  }

  /** Answers `ready`; anything else goes to `request`. */
  receive(page: Page, message: FromPanel, request: (message: PageRequest) => void): void {
    if (message.type !== 'ready') {
      request(message);
      return;
    }
    this.flush();
    this.ready.add(page);
    page.post(this.strings);
    page.post(this.snapshot());
  }

  /** The page is hidden or closed; it says `ready` when it is back. */
  detach(page: Page): void {
    this.ready.delete(page);
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.pending.length === 0) return;
    const events = this.pending;
    this.pending = [];
    for (const page of this.ready) page.post({ type: 'events', sequence: this.sequence, events });
  }

  private snapshot(): ToPanel {
    return { type: 'snapshot', sequence: this.sequence, events: this.history.events().map(this.translate), interrupted: this.interrupted };
  }
}
