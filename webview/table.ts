/**
 * Tasks x checkpoints. Rows are laid out as soon as the plan is known; afterwards only text changes, in the same
 * nodes, so that the focus stays where it is and nothing moves.
 */
import type { PlannedMetric } from '../src/protocol/events';
import { cellText, differenceText, rowCount } from './cell-text';
import { droppedColumns } from './columns';
import { type Difference, differenceOf } from './difference';
import { element, setAttribute, setClass, setHidden, setText, setTitle } from './dom';
import { formatCount } from './format';
import { walkVisibleCells } from './grid-keys';
import { Mark } from './mark';
import { markScale } from './mark-scale';
import { mainMetric, metricName } from './metric-names';
import { isGoing } from './outcome';
import type { PanelState, TaskState } from './state';
import { t } from './strings';
import { checkpointClass } from './theme';
import { grid, gridCell, gridRow } from './toolkit';

export type TableActions = { readonly openTask: (task: string) => void; readonly showSamples: (task: string) => void };

type DifferenceLine = { readonly other: string; readonly mark: Mark; readonly value: HTMLElement; readonly root: HTMLElement };

type Row = {
  readonly task: string;
  readonly metric: string;
  readonly root: HTMLElement;
  readonly name: HTMLButtonElement;
  readonly metricCell: HTMLElement;
  readonly narrowMetric: HTMLElement;
  readonly values: ReadonlyMap<string, { readonly cell: HTMLElement; readonly value: HTMLElement; readonly aside: HTMLElement }>;
  readonly differences: readonly DifferenceLine[];
  readonly waiting: HTMLElement | null;
  readonly count: HTMLElement;
};

export class ResultsTable {
  readonly root = element('section', 'tasks');
  private readonly title = element('h2');
  private readonly allMetrics = element('button', 'chip');
  private readonly scroller = element('div', 'scroller');
  private grid: HTMLElement | null = null;
  private header: { readonly difference: { readonly name: HTMLElement; readonly level: HTMLElement } | null; readonly task: HTMLElement; readonly metric: HTMLElement } | null = null;
  private readonly rows = new Map<string, Row>();
  private shape = '';
  private scale = 0.05;
  private checkpoints = 0;

  constructor(
    private readonly actions: TableActions,
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
    const names = state.checkpoints.map((one) => one.name);
    const shape = `${state.baseline ?? ''}\n${names.join('\n')}`;
    if (shape !== this.shape || this.grid === null) this.rebuild(state, shape);
    this.updateHeader(state);
    const differences = this.layRows(state);
    this.scale = markScale([...differences.values()].flatMap((one) => one.mark ?? []));
    for (const task of state.tasks) {
      for (const metric of shownMetrics(task, this.showAll)) {
        const row = this.rows.get(rowKey(task, metric));
        if (row !== undefined) this.updateRow(state, row, task, metric, names, differences, task.task === selected);
      }
    }
  }

  private rebuild(state: PanelState, shape: string): void {
    this.shape = shape;
    this.rows.clear();
    this.grid = grid(t('Results by task and checkpoint'));
    walkVisibleCells(this.grid);
    this.grid.style.setProperty('--checkpoints', String(state.checkpoints.length));
    setClass(this.grid, 'compared', state.checkpoints.length > 1);
    const row = gridRow('header', 'header');
    const task = gridCell('columnheader', 'task');
    const metric = gridCell('columnheader', 'metric');
    row.append(task, metric);
    for (const [colour, one] of state.checkpoints.entries()) {
      const cell = gridCell('columnheader', `value checkpoint ${checkpointClass(colour)}`, element('span', 'checkpoint-name', one.name), element('span', 'aside'));
      setTitle(cell, one.path ?? one.name);
      row.append(cell);
    }
    const difference = state.checkpoints.length > 1 ? { name: element('span'), level: element('span', 'level-note') } : null;
    if (difference !== null) row.append(gridCell('columnheader', 'difference', difference.name, difference.level));
    row.append(gridCell('columnheader', 'count', t('n')));
    this.header = { difference, task, metric };
    this.grid.append(row);
    this.scroller.replaceChildren(this.grid);
    this.checkpoints = state.checkpoints.length;
    this.dropColumns();
  }

  private dropColumns(): void {
    const width = this.scroller.clientWidth;
    if (this.grid === null || width === 0) return;
    const dropped = droppedColumns(width, this.checkpoints);
    for (const [index, name] of ['without-metric', 'without-count', 'without-aside'].entries()) setClass(this.grid, name, dropped > index);
  }

  private updateHeader(state: PanelState): void {
    if (this.header === null) return;
    setText(this.header.task, t('task'));
    setText(this.header.metric, t('metric'));
    if (this.header.difference === null) return;
    const percent = state.confidence === null ? null : Number((state.confidence * 100).toPrecision(4));
    setText(this.header.difference.name, t('difference'));
    setText(this.header.difference.level, percent === null ? '' : ` (${percent}\u00a0%)`);
  }

  /** Adds rows that are new, in the plan's order; hides what is not asked for. Returns all differences by row and checkpoint. */
  private layRows(state: PanelState): ReadonlyMap<string, Difference> {
    const differences = new Map<string, Difference>();
    const wanted = new Set<string>();
    let before: Element | null = this.grid?.firstElementChild ?? null;
    for (const task of state.tasks) {
      for (const [index, metric] of shownMetrics(task, this.showAll).entries()) {
        const key = rowKey(task, metric);
        wanted.add(key);
        let row = this.rows.get(key);
        if (row === undefined) {
          row = this.makeRow(state, task, metric);
          this.rows.set(key, row);
        }
        if (before !== null && before.nextElementSibling !== row.root) before.after(row.root);
        before = row.root;
        setClass(row.root, 'further', index > 0);
        for (const other of state.checkpoints) {
          const one = differenceOf(state, task, metric, other.name);
          if (one !== null) differences.set(`${key}\n${other.name}`, one);
        }
      }
    }
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.root.remove();
      this.rows.delete(key);
    }
    return differences;
  }

  private makeRow(state: PanelState, task: TaskState, metric: PlannedMetric): Row {
    const root = gridRow('default', 'row');
    const name = element('button', 'link');
    name.type = 'button';
    // The cell is the stop for the keyboard; Enter on it does what the link does.
    name.tabIndex = -1;
    const narrowMetric = element('span', 'narrow-metric');
    const taskCell = gridCell('default', 'task', name, narrowMetric);
    act(taskCell, name, () => this.actions.openTask(task.task));
    const metricCell = gridCell('default', 'metric');
    root.append(taskCell, metricCell);
    const values = new Map<string, { cell: HTMLElement; value: HTMLElement; aside: HTMLElement }>();
    for (const one of state.checkpoints) {
      const value = element('span', 'number');
      const aside = element('span', 'aside');
      const cell = gridCell('default', 'value', value, aside);
      act(cell, cell, () => this.actions.showSamples(task.task));
      values.set(one.name, { cell, value, aside });
      root.append(cell);
    }
    const differences: DifferenceLine[] = [];
    let waiting: HTMLElement | null = null;
    if (state.checkpoints.length > 1) {
      const cell = gridCell('default', 'difference');
      for (const [colour, one] of state.checkpoints.entries()) {
        if (one.name === state.baseline) continue;
        const mark = new Mark();
        const value = element('span', 'number');
        const line = element('div', state.checkpoints.length > 2 ? `line ${checkpointClass(colour)}` : 'line', element('span', 'mark-box', mark.root), value);
        differences.push({ other: one.name, mark, value, root: line });
        cell.append(line);
      }
      waiting = cell;
      act(cell, cell, () => this.actions.showSamples(task.task));
      root.append(cell);
    }
    const count = gridCell('default', 'count');
    root.append(count);
    return { task: task.task, metric: metric.metric, root, name, metricCell, narrowMetric, values, differences, waiting, count };
  }

  private updateRow(
    state: PanelState,
    row: Row,
    task: TaskState,
    metric: PlannedMetric,
    names: readonly string[],
    differences: ReadonlyMap<string, Difference>,
    selected: boolean,
  ): void {
    const shownName = metricName(metric.metric);
    const pending = !isGoing(state) ? '\u2013' : row.differences.length === 1 ? t('waiting') : '·';
    setText(row.name, task.alias);
    setTitle(row.name, t('Show {0} in the config', task.alias));
    setText(row.metricCell, shownName);
    setText(row.narrowMetric, shownName);
    setClass(row.root, 'selected', selected);
    for (const [checkpoint, { cell, value, aside }] of row.values) {
      const text = cellText(state, task, metric, checkpoint);
      setText(value, text.value);
      setText(aside, text.aside);
      setTitle(cell, text.title);
      setClass(cell, 'waiting', text.tone === 'waiting');
      setClass(cell, 'failed', text.tone === 'failed');
      setClass(cell, 'live', text.tone === 'live');
    }
    for (const line of row.differences) {
      const one = differences.get(`${rowKey(task, metric)}\n${line.other}`);
      const text = one === undefined ? { value: pending, title: '' } : differenceText(state, one);
      setText(line.value, text.value);
      setTitle(line.root, text.title);
      line.mark.update(one?.mark ?? null, this.scale);
      setClass(line.root, 'waiting', one === undefined);
      setClass(line.root, 'better', one?.verdict === 'better');
      setClass(line.root, 'worse', one?.verdict === 'worse');
    }
    setText(row.count, formatCount(rowCount(task, metric, names)));
  }
}

function shownMetrics(task: TaskState, all: boolean): readonly PlannedMetric[] {
  const main = mainMetric(task);
  if (main === null) return [];
  return all ? [main, ...task.metrics.filter((one) => one !== main)] : [main];
}

function rowKey(task: TaskState, metric: PlannedMetric): string {
  return `${task.task}\n${metric.metric}`;
}

/** A press of the pointer on `target`, or Enter on the cell. */
function act(cell: HTMLElement, target: HTMLElement, action: () => void): void {
  target.addEventListener('click', action);
  cell.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target !== cell) return;
    event.preventDefault();
    action();
  });
}
