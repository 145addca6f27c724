/** The samples of one task: filters with counts, a search, and a bounded list that never reorders. */
import { element, setAttribute, setClass, setHidden, setText, setTitle } from './dom';
import { formatCount } from './format';
import { type SampleFilter, fitsSearch, sampleFilters } from './sample-filter';
import { SampleView } from './sample-row';
import { type PanelState, type SampleRow, type TaskState, identityOf } from './state';
import { countOf, t } from './strings';
import { checkpointClass } from './theme';
import { searchField } from './toolkit';

/** Rows in the document at once. */
const PAGE = 100;

export type SampleChoice = { filter: string; search: string; from: number };

export type SampleActions = {
  readonly open: (task: string, checkpoint: string, docId: number | null) => void;
  readonly changed: () => void;
};

export class Samples {
  readonly root = element('section', 'samples');
  private readonly title = element('h2');
  private readonly chips = element('div', 'chips');
  private readonly search = searchField((text) => this.choose({ search: text, from: 0 }));
  private readonly files = element('span', 'files');
  private readonly part = element('p', 'quiet part');
  private readonly list = element('ol', 'sample-list');
  private readonly nothing = element('p', 'quiet');
  private readonly pager = element('div', 'pager');
  private readonly range = element('span');
  private readonly earlier = pagerButton(() => this.choose({ from: Math.max(0, this.choice.from - PAGE) }));
  private readonly later = pagerButton(() => this.choose({ from: this.choice.from + PAGE }));
  private readonly views: SampleView[] = [];
  private task: TaskState | null = null;
  private seen = '';

  constructor(
    private readonly actions: SampleActions,
    private choice: SampleChoice,
  ) {
    this.search.setText(choice.search);
    this.chips.setAttribute('role', 'group');
    this.pager.append(this.earlier, this.range, this.later);
    this.root.append(element('div', 'section-head', this.title, this.chips, this.search.root), this.files, this.part, this.list, this.nothing, this.pager);
    this.list.addEventListener('keydown', (event) => this.move(event));
  }

  get chosen(): SampleChoice {
    return this.choice;
  }

  reveal(): void {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches || document.body.classList.contains('vscode-reduce-motion');
    this.root.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
  }

  update(state: PanelState, task: TaskState | null): void {
    setHidden(this.root, task === null);
    if (task === null) return;
    if (this.task !== task && this.task?.task !== task.task) this.choice = { ...this.choice, from: 0 };
    this.task = task;
    setText(this.title, `${t('Samples')} · ${task.alias}`);
    this.search.setLabels(t('Search'), t('Search the samples'));
    this.updatePart(task);
    const filters = sampleFilters(state, task);
    const filter = filters.find((one) => one.id === this.choice.filter) ?? filters[0];
    this.updateChips(filters, filter);
    this.updateFiles(state, task);
    const rows = filter === undefined ? [] : task.samples.filter((row) => filter.accepts(row) && fitsSearch(row, this.choice.search));
    const from = Math.min(this.choice.from, Math.max(0, Math.floor((rows.length - 1) / PAGE) * PAGE));
    this.updateRows(state, rows.slice(from, from + PAGE));
    setHidden(this.nothing, rows.length > 0);
    setText(this.nothing, t(task.samples.length === 0 ? 'Samples appear as documents are answered.' : 'No sample fits the filter.'));
    setHidden(this.pager, rows.length <= PAGE);
    setText(this.range, t('{0} to {1} of {2}', formatCount(from + 1), formatCount(Math.min(from + PAGE, rows.length)), formatCount(rows.length)));
    setText(this.earlier, t('Earlier'));
    setText(this.later, t('Later'));
    this.earlier.disabled = from === 0;
    this.later.disabled = from + PAGE >= rows.length;
  }

  /** Of a long task only the first documents are told: filters count those. */
  private updatePart(task: TaskState): void {
    const answered = Math.max(0, ...[...task.progress.values()].map(({ done }) => done), ...[...task.cells.values()].map(({ n }) => n));
    const listed = task.samples.length;
    setHidden(this.part, listed === 0 || listed >= answered);
    setText(this.part, t('The first {0} of {1} are listed and counted here.', formatCount(listed), countOf('{0} document', '{0} documents', answered, formatCount(answered))));
  }

  private choose(change: Partial<SampleChoice>): void {
    this.choice = { ...this.choice, ...change };
    this.actions.changed();
  }

  private updateChips(filters: readonly SampleFilter[], chosen: SampleFilter | undefined): void {
    while (this.chips.childElementCount > filters.length) this.chips.lastElementChild?.remove();
    for (const [index, filter] of filters.entries()) {
      let chip = this.chips.children[index];
      if (!(chip instanceof HTMLButtonElement)) {
        const made = element('button', 'chip', element('span', 'chip-name'), ' ', element('span', 'chip-count'));
        made.type = 'button';
        made.addEventListener('click', () => this.choose({ filter: made.dataset['filter'] ?? 'all', from: 0 }));
        this.chips.append(made);
        chip = made;
      }
      setAttribute(chip, 'data-filter', filter.id);
      setAttribute(chip, 'aria-pressed', String(filter === chosen));
      const [name, count] = chip.children;
      if (name !== undefined) setText(name, filter.label);
      if (count !== undefined) setText(count, formatCount(filter.count));
    }
  }

  /** A link to each checkpoint's samples file. */
  private updateFiles(state: PanelState, task: TaskState): void {
    const shape = JSON.stringify([task.task, identityOf(state)]);
    setHidden(this.files, task.samples.length === 0);
    if (shape === this.seen) return;
    this.seen = shape;
    this.files.replaceChildren(
      t('Open as a file:'),
      ...state.checkpoints.map((one, colour) => {
        const link = element('button', `link ${checkpointClass(colour)}`, one.label);
        link.type = 'button';
        setTitle(link, t('Open the samples of {0}', one.label));
        link.addEventListener('click', () => this.actions.open(task.task, one.name, null));
        return link;
      }),
    );
  }

  private updateRows(state: PanelState, rows: readonly SampleRow[]): void {
    while (this.views.length > rows.length) this.views.pop()?.root.remove();
    for (const [index, row] of rows.entries()) {
      let view = this.views[index];
      if (view === undefined) {
        view = new SampleView((opened) => this.open(state, opened));
        this.views.push(view);
        this.list.append(view.root);
      }
      view.update(state, row);
    }
    const focusable = this.views.some((view) => view.root.tabIndex === 0);
    if (!focusable && this.views[0] !== undefined) this.views[0].root.tabIndex = 0;
    setClass(this.list, 'empty', rows.length === 0);
  }

  private open(state: PanelState, row: SampleRow): void {
    const task = this.task;
    // The checkpoint that got it wrong is the one a person wants to look at.
    const wrong = state.checkpoints.find((one) => row.byCheckpoint.get(one.name)?.correct === false);
    const checkpoint = wrong?.name ?? [...row.byCheckpoint.keys()][0];
    if (task !== null && checkpoint !== undefined) this.actions.open(task.task, checkpoint, row.docId);
  }

  private move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const at = this.views.findIndex((view) => view.root === document.activeElement);
    if (step === undefined || at < 0) return;
    const next = this.views[Math.max(0, Math.min(this.views.length - 1, at + step))];
    if (next === undefined) return;
    event.preventDefault();
    for (const view of this.views) view.root.tabIndex = view === next ? 0 : -1;
    next.root.focus();
  }
}

function pagerButton(onPress: () => void): HTMLButtonElement {
  const made = element('button', 'chip');
  made.type = 'button';
  made.addEventListener('click', onPress);
  return made;
}
