/** The page: its parts in the order of a person's questions, and what they remember over a reload. */
import type { FromPanel } from '../src/protocol/panel';
import { RunningChart } from './chart';
import { element, setHidden } from './dom';
import { EmptyState } from './empty';
import { Notices } from './notices';
import { ProgressHead } from './progress';
import { type SampleChoice, Samples } from './samples';
import { Scatter } from './scatter';
import { sentences } from './sentence';
import { SentenceView } from './sentence-view';
import type { PanelState, TaskState } from './state';
import { ResultsTable } from './table';
import { onThemeChange } from './theme';

/** Small things a person chose; everything else comes from the editor. */
export type PageChoices = { readonly task: string | null; readonly allMetrics: boolean; readonly samples: SampleChoice };

export const noChoices: PageChoices = { task: null, allMetrics: false, samples: { filter: 'all', search: '', from: 0 } };

export class Page {
  private readonly empty: EmptyState;
  private readonly head: ProgressHead;
  private readonly stopped = new SentenceView('stopped');
  private readonly known = new SentenceView('known');
  private readonly notices = new Notices();
  private readonly chart = new RunningChart();
  private readonly scatter: Scatter;
  private readonly table: ResultsTable;
  private readonly samples: Samples;
  private readonly content = element('main', 'content');
  private state: PanelState | null = null;
  private choices: PageChoices;

  constructor(
    root: HTMLElement,
    choices: PageChoices,
    post: (message: FromPanel) => void,
    private readonly remember: (choices: PageChoices) => void,
  ) {
    this.choices = choices;
    this.empty = new EmptyState(() => post({ type: 'run' }));
    this.head = new ProgressHead({ cancel: () => post({ type: 'cancel' }), resume: () => post({ type: 'resume' }) });
    this.scatter = new Scatter((task) => this.showSamples(task));
    this.table = new ResultsTable(
      { openTask: (task) => post({ type: 'openTask', task }), showSamples: (task) => this.showSamples(task) },
      choices.allMetrics,
      (allMetrics) => this.choose({ allMetrics }),
    );
    this.samples = new Samples(
      {
        open: (task, checkpoint, docId) => post({ type: 'openSamples', task, checkpoint, ...(docId === null ? {} : { docId }) }),
        changed: () => this.choose({ samples: this.samples.chosen }),
      },
      choices.samples,
    );
    const charts = element('div', 'charts', this.chart.root, this.scatter.root);
    this.content.append(this.head.root, this.stopped.root, this.known.root, this.notices.root, charts, this.table.root, this.samples.root);
    root.replaceChildren(this.empty.root, this.content);
    setHidden(this.empty.root, true);
    setHidden(this.content, true);
    onThemeChange(() => this.chart.restyle());
  }

  update(state: PanelState): void {
    this.state = state;
    const isEmpty = state.checkpoints.length === 0;
    setHidden(this.empty.root, !isEmpty);
    setHidden(this.content, isEmpty);
    this.empty.update();
    if (isEmpty) return;
    const selected = selectedTask(state, this.choices.task);
    // A part that fails leaves the others standing, and is told.
    const undrawn: string[] = [];
    const draw = (part: () => void) => {
      try {
        part();
      } catch (error) {
        undrawn.push(error instanceof Error ? error.message : String(error));
      }
    };
    draw(() => this.head.update(state, performance.now()));
    draw(() => this.updateSentences(state));
    draw(() => this.chart.update(state));
    draw(() => this.scatter.update(state, selected?.task ?? null));
    draw(() => this.table.update(state, selected?.task ?? null));
    draw(() => this.samples.update(state, selected));
    this.notices.update(state, undrawn);
  }

  private updateSentences(state: PanelState): void {
    const { stopped, known } = sentences(state, this.choices.allMetrics);
    this.stopped.update(stopped);
    this.known.update(known);
    setHidden(this.stopped.root, stopped.length === 0);
    setHidden(this.known.root, known.length === 0 && stopped.length > 0);
  }

  private showSamples(task: string): void {
    this.choose({ task });
    this.samples.reveal();
  }

  private choose(change: Partial<PageChoices>): void {
    this.choices = { ...this.choices, ...change };
    this.remember(this.choices);
    if (this.state !== null) this.update(this.state);
  }
}

/** The chosen task, else the first that is right or wrong by document, else the first. */
function selectedTask(state: PanelState, chosen: string | null): TaskState | null {
  const found = state.tasks.find((task) => task.task === chosen);
  const judged = state.tasks.find((task) => task.metrics.some((metric) => metric.form === 'proportion'));
  return found ?? judged ?? state.tasks[0] ?? null;
}
