/**
 * Tasks x checkpoints. Rows are laid out as soon as the plan is known; afterwards only text changes, in the same
 * nodes, so that the focus stays where it is and nothing moves.
 */
import type { PlannedMetric } from '../src/protocol/events';
import { failureTexts } from './cell-text';
import { droppedColumns, nameWidth } from './columns';
import { type Difference, differenceOf } from './difference';
import { element, setAttribute, setClass, setHidden, setText, setTitle } from './dom';
import { walkVisibleCells } from './grid-keys';
import { markScale } from './mark-scale';
import { mainMetric } from './metric-names';
import { columnsOf, shortNames } from './short-names';
import { type PanelState, type TaskState, comparisonKey, identityOf } from './state';
import { t } from './strings';
import { type RowActions, TableRow } from './table-row';
import { checkpointClass } from './theme';
import { grid, gridCell, gridRow } from './toolkit';

/** A name at the top of a column has so many characters, in two lines. */
const NAME = 28;

type Header = { readonly names: readonly { readonly cell: HTMLElement; readonly name: HTMLElement }[]; readonly task: HTMLElement; readonly metric: HTMLElement; readonly difference: HTMLElement; readonly level: HTMLElement };

export class ResultsTable {
  readonly root = element('section', 'tasks');
  private readonly title = element('h2');
  private readonly allMetrics = element('button', 'chip');
  private readonly scroller = element('div', 'scroller');
  private grid: HTMLElement | null = null;
  private header: Header | null = null;
  private readonly rows = new Map<string, TableRow>();
  private readonly notes = new Map<string, HTMLElement>();
  private identity = '';
  private labels: readonly string[] = [];

  constructor(
    private readonly actions: RowActions,
    private showAll: boolean,
    onShowAll: (all: boolean) => void,
  ) {
    this.allMetrics.type = 'button';
    this.allMetrics.addEventListener('click', () => {
      this.showAll = !this.showAll;
      onShowAll(this.showAll);
    });
    this.root.append(element('div', 'section-head', this.title, this.allMetrics), this.scroller);
    new ResizeObserver(() => this.dropColumns()).observe(this.scroller);
  }

  update(state: PanelState, selected: string | null): void {
    setHidden(this.root, state.tasks.length === 0);
    setText(this.title, t('Tasks'));
    setText(this.allMetrics, t('All metrics'));
    setAttribute(this.allMetrics, 'aria-pressed', String(this.showAll));
    setHidden(this.allMetrics, state.tasks.every((task) => task.metrics.length <= 1));
    const identity = identityOf(state);
    if (identity !== this.identity || this.grid === null) this.rebuild(state, identity);
    this.updateHeader(state);
    const shown = state.tasks.map((task) => ({ task, metrics: shownMetrics(task, this.showAll) }));
    this.layRows(state, shown);
    const differences = new Map<string, Difference>();
    for (const { task, metrics } of shown) {
      for (const metric of metrics) {
        for (const { name } of state.checkpoints) {
          const one = metric === null ? null : differenceOf(state, task, metric, name);
          if (one !== null) differences.set(comparisonKey(task.task, one.metric.metric, name), one);
        }
      }
    }
    const scale = markScale([...differences.values()].flatMap((one) => one.mark ?? []));
    for (const { task, metrics } of shown) {
      for (const metric of metrics) this.rows.get(rowKey(task, metric))?.update(state, task, metric, this.labels, differences, scale, task.task === selected);
    }
  }

  private rebuild(state: PanelState, identity: string): void {
    this.identity = identity;
    this.rows.clear();
    this.notes.clear();
    this.labels = shortNames(state.checkpoints.map(({ label }) => label), NAME);
    this.grid = grid(t('Results by task and checkpoint'));
    walkVisibleCells(this.grid);
    this.grid.style.setProperty('--checkpoints', String(state.checkpoints.length));
    setClass(this.grid, 'compared', state.checkpoints.length > 1);
    const row = gridRow('header', 'header');
    const task = gridCell('columnheader', 'task');
    const metric = gridCell('columnheader', 'metric');
    const names = this.labels.map((label, colour) => {
      const name = element('span', 'checkpoint-name', label);
      return { name, cell: gridCell('columnheader', `value checkpoint ${checkpointClass(colour)}`, name, element('span', 'aside')) };
    });
    row.append(task, metric, ...names.map(({ cell }) => cell));
    const [difference, level] = [element('span'), element('span', 'level-note')];
    if (state.checkpoints.length > 1) row.append(gridCell('columnheader', 'difference', difference, level));
    row.append(gridCell('columnheader', 'count', t('n')));
    this.header = { names, task, metric, difference, level };
    this.grid.append(row);
    this.scroller.replaceChildren(this.grid);
    this.dropColumns();
  }

  private dropColumns(): void {
    const width = this.scroller.clientWidth;
    if (this.grid === null || width === 0) return;
    const dropped = droppedColumns(width, this.labels.length, Math.max(0, ...this.labels.map(columnsOf)));
    this.grid.style.setProperty('--name', `${nameWidth(width, this.labels.length)}ch`);
    for (const [index, name] of ['without-metric', 'without-count', 'without-aside', 'stacked'].entries()) setClass(this.grid, name, dropped > index);
  }

  private updateHeader(state: PanelState): void {
    if (this.header === null) return;
    setText(this.header.task, t('task'));
    setText(this.header.metric, t('metric'));
    for (const [index, { label, path }] of state.checkpoints.entries()) {
      const header = this.header.names[index];
      if (header !== undefined) setTitle(header.cell, label, ...(path === null ? [] : [path]), ...(state.checkpoints[index]?.name === state.baseline ? [t('baseline')] : []));
    }
    const percent = state.confidence === null ? null : Number((state.confidence * 100).toPrecision(4));
    setText(this.header.difference, t('difference'));
    setText(this.header.level, percent === null ? '' : ` (${percent}\u00a0%)`);
  }

  /** Adds rows that are new, in the plan's order, each task's reason of failing below them; takes away what is not asked for. */
  private layRows(state: PanelState, shown: readonly { readonly task: TaskState; readonly metrics: readonly (PlannedMetric | null)[] }[]): void {
    const wanted = new Set<string>();
    let before: Element | null = this.grid?.firstElementChild ?? null;
    const place = (node: HTMLElement) => {
      if (before !== null && before.nextElementSibling !== node) before.after(node);
      before = node;
    };
    for (const { task, metrics } of shown) {
      for (const [index, metric] of metrics.entries()) {
        const key = rowKey(task, metric);
        wanted.add(key);
        let row = this.rows.get(key);
        if (row === undefined) {
          row = new TableRow(state, task.task, this.actions);
          this.rows.set(key, row);
        }
        place(row.root);
        setClass(row.root, 'further', index > 0);
        setClass(row.root, 'explained', index === metrics.length - 1 && task.errors.size > 0);
      }
      this.updateNote(state, task, place);
    }
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.root.remove();
      this.rows.delete(key);
    }
  }

  private updateNote(state: PanelState, task: TaskState, place: (node: HTMLElement) => void): void {
    const texts = failureTexts(state, task);
    let note = this.notes.get(task.task);
    if (texts.length === 0) {
      note?.remove();
      this.notes.delete(task.task);
      return;
    }
    if (note === undefined) {
      note = gridRow('default', 'note-row');
      note.append(gridCell('default', 'note'));
      this.notes.set(task.task, note);
    }
    const [cell] = note.children;
    while (cell !== undefined && cell.childElementCount > texts.length) cell.lastElementChild?.remove();
    for (const [index, text] of texts.entries()) setText(cell?.children[index] ?? cell?.appendChild(element('div')) ?? note, text);
    place(note);
  }
}

/** A task without metrics has a row too: it could not be planned. */
function shownMetrics(task: TaskState, all: boolean): readonly (PlannedMetric | null)[] {
  const main = mainMetric(task);
  if (main === null) return task.errors.size > 0 ? [null] : [];
  return all ? [main, ...task.metrics.filter((one) => one !== main)] : [main];
}

function rowKey(task: TaskState, metric: PlannedMetric | null): string {
  return JSON.stringify([task.task, metric?.metric ?? null]);
}
