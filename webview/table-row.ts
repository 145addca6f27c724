/** A row of the table: one metric of one task. Made once; afterwards only text changes, in the same nodes. */
import type { PlannedMetric } from '../src/protocol/events';
import { cellText, differenceText, rowCount } from './cell-text';
import type { Difference } from './difference';
import { element, setClass, setText, setTitle } from './dom';
import { formatCount } from './format';
import { Mark } from './mark';
import { metricName } from './metric-names';
import { isGoing } from './outcome';
import { type PanelState, type TaskState, comparisonKey } from './state';
import { t } from './strings';
import { checkpointClass } from './theme';
import { gridCell, gridRow } from './toolkit';

export type RowActions = { readonly openTask: (task: string) => void; readonly showSamples: (task: string) => void };

type ValueCell = { readonly checkpoint: string; readonly cell: HTMLElement; readonly name: HTMLElement; readonly value: HTMLElement; readonly aside: HTMLElement };
type DifferenceLine = { readonly other: string; readonly mark: Mark; readonly value: HTMLElement; readonly root: HTMLElement };

export class TableRow {
  readonly root = gridRow('default', 'row');
  private readonly name = element('button', 'link');
  private readonly narrowMetric = element('span', 'narrow-metric');
  private readonly metricCell = gridCell('default', 'metric');
  private readonly values: readonly ValueCell[];
  private readonly differences: readonly DifferenceLine[];
  private readonly count = gridCell('default', 'count');

  /** `task`: its name. What the row says of it comes with each update: another snapshot of the same evaluation is another state. */
  constructor(state: PanelState, task: string, actions: RowActions) {
    this.name.type = 'button';
    // The cell is the stop for the keyboard; Enter on it does what the link does.
    this.name.tabIndex = -1;
    const taskCell = gridCell('default', 'task', this.name, this.narrowMetric);
    act(taskCell, this.name, () => actions.openTask(task));
    const showSamples = () => actions.showSamples(task);
    this.values = state.checkpoints.map((one, colour) => valueCell(one.name, colour, showSamples));
    this.differences = state.checkpoints.flatMap(({ name }, colour) => (name === state.baseline ? [] : [differenceLine(name, colour, state.checkpoints.length > 2)]));
    this.root.append(taskCell, this.metricCell, ...this.values.map(({ cell }) => cell));
    if (state.checkpoints.length > 1) {
      const cell = gridCell('default', 'difference', ...this.differences.map(({ root }) => root));
      act(cell, cell, showSamples);
      this.root.append(cell);
    }
    this.root.append(this.count);
  }

  /** `metric` is null for a task that was never planned. `differences` by comparisonKey; `scale` is half the common axis of their marks. */
  update(state: PanelState, task: TaskState, metric: PlannedMetric | null, labels: readonly string[], differences: ReadonlyMap<string, Difference>, scale: number, selected: boolean): void {
    const shownName = metric === null ? '' : metricName(metric.metric);
    setText(this.name, task.alias);
    setTitle(this.name, t('Show {0} in the config', task.alias));
    setText(this.metricCell, shownName);
    setText(this.narrowMetric, shownName);
    setClass(this.root, 'selected', selected);
    for (const [index, { checkpoint, cell, name, value, aside }] of this.values.entries()) {
      const text = cellText(state, task, metric, checkpoint);
      setText(name, labels[index] ?? checkpoint);
      setText(value, text.value);
      setText(aside, text.aside);
      setTitle(cell, ...text.title);
      setClass(cell, 'waiting', text.tone === 'waiting');
      setClass(cell, 'failed', text.tone === 'failed');
      setClass(cell, 'live', text.tone === 'live');
    }
    for (const line of this.differences) this.updateDifference(state, task, line, metric === null ? undefined : differences.get(comparisonKey(task.task, metric.metric, line.other)), scale);
    const count = metric === null ? 0 : rowCount(task, metric, this.values.map(({ checkpoint }) => checkpoint));
    setText(this.count, count === 0 ? '\u2013' : formatCount(count));
  }

  private updateDifference(state: PanelState, task: TaskState, line: DifferenceLine, one: Difference | undefined, scale: number): void {
    const failed = task.errors.has(line.other) || (state.baseline !== null && task.errors.has(state.baseline));
    const pending = failed || !isGoing(state) ? '\u2013' : this.differences.length === 1 ? t('waiting') : '·';
    const text = one === undefined ? { value: pending, title: [] } : differenceText(state, one);
    setText(line.value, text.value);
    setTitle(line.root, ...text.title);
    line.mark.update(one?.mark ?? null, scale);
    setClass(line.root, 'waiting', one === undefined);
    setClass(line.root, 'better', one?.verdict === 'better');
    setClass(line.root, 'worse', one?.verdict === 'worse');
  }
}

function valueCell(checkpoint: string, colour: number, showSamples: () => void): ValueCell {
  const name = element('bdi');
  const value = element('span', 'number');
  const aside = element('span', 'aside');
  const cell = gridCell('default', 'value', element('span', `own-name ${checkpointClass(colour)}`, name), value, aside);
  cell.style.setProperty('--at', String(colour));
  act(cell, cell, showSamples);
  return { checkpoint, cell, name, value, aside };
}

/** In the colour of its checkpoint where there are several. */
function differenceLine(other: string, colour: number, coloured: boolean): DifferenceLine {
  const mark = new Mark();
  const value = element('span', 'number');
  const root = element('div', coloured ? `line ${checkpointClass(colour)}` : 'line', element('span', 'mark-box', mark.root), value);
  root.style.setProperty('--at', String(colour));
  return { other, mark, value, root };
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
