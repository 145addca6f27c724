/** Perplexity against a task's score: one mark a checkpoint, with its two intervals as a cross. */
import type { PlannedMetric } from '../src/protocol/events';
import { type Range, niceRange, steady, tickText } from './axis';
import { labelPlaces } from './label-places';
import { element, setAttributes, setHidden, setText, setTitle, svg } from './dom';
import { formatEnd, formatValue } from './format';
import { chartedMetric, mainMetric, metricName } from './metric-names';
import { isGoing } from './outcome';
import { NARROW, plotHeight } from './plot-size';
import { shapePath } from './shapes';
import { columnsOf, shortNames } from './short-names';
import { type Cell, type PanelState, type TaskState, cellKey, identityOf } from './state';
import { t } from './strings';
import { checkpointClass } from './theme';

/** A name beside its mark has so many characters. */
const LABEL = 20;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 8;

type Axis = { readonly task: TaskState; readonly metric: PlannedMetric };
type Frame = { readonly right: number; readonly height: number; readonly narrow: boolean };
type Dot = { readonly root: SVGGElement; readonly across: SVGLineElement; readonly up: SVGLineElement; readonly mark: SVGPathElement; readonly label: SVGTextElement; readonly title: SVGTitleElement };

export class Scatter {
  readonly root = element('section', 'chart scatter');
  private readonly title = element('h2');
  private readonly frame = element('div', 'plot');
  private readonly picture = svg('svg', { width: '100%', role: 'img' });
  private readonly rules = svg('g', { class: 'rules' });
  private readonly dots = svg('g');
  private readonly byName = new Map<string, Dot>();
  private x: Range | null = null;
  private y: Range | null = null;
  private identity = '';
  private shape = '';
  private state: PanelState | null = null;
  private task: string | null = null;

  constructor(private readonly showSamples: (task: string) => void) {
    this.picture.append(this.rules, this.dots);
    this.frame.append(this.picture);
    this.root.append(element('div', 'section-head', this.title), this.frame);
    new ResizeObserver(() => this.draw()).observe(this.frame);
  }

  /** `selected` is the task whose samples are shown: its score is drawn where it is one that can be. */
  update(state: PanelState, selected: string | null): void {
    this.state = state;
    this.task = selected;
    this.draw();
  }

  private draw(): void {
    const { state } = this;
    if (state === null) return;
    const across = chartedMetric(state.tasks);
    const up = scoreAxis(state, this.task);
    const makesSense = across !== null && across.metric.form === 'perplexity' && up !== null && state.checkpoints.length > 1;
    setHidden(this.root, !makesSense);
    if (!makesSense) return;
    const width = this.frame.clientWidth;
    setText(this.title, t('Perplexity against {0}', `${up.task.alias} ${metricName(up.metric.metric)}`));
    if (width === 0) return;
    const identity = identityOf(state);
    if (identity !== this.identity) {
      this.identity = identity;
      this.byName.clear();
      this.dots.replaceChildren();
    }
    const shape = JSON.stringify([across.task.task, up.task.task, identity]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.x = null;
      this.y = null;
    }
    this.place(state, across, up, width);
  }

  private place(state: PanelState, across: Axis, up: Axis, width: number): void {
    const labels = shortNames(state.checkpoints.map(({ label }) => label), LABEL);
    const found = state.checkpoints.flatMap((one, colour) => {
      const x = across.task.cells.get(cellKey(across.metric.metric, one.name));
      const y = up.task.cells.get(cellKey(up.metric.metric, one.name));
      return x === undefined || y === undefined || !Number.isFinite(x.value) || !Number.isFinite(y.value) ? [] : [{ name: one.name, label: one.label, short: labels[colour] ?? one.label, colour, x, y }];
    });
    const levels = up.metric.baseline === undefined ? [] : [up.metric.baseline];
    const xs = found.flatMap(({ x }) => ends(x));
    const ys = [...found.flatMap(({ y }) => ends(y)), ...levels];
    if (found.length > 0) {
      const going = isGoing(state);
      this.x = going ? steady(this.x, padded(xs)) : padded(xs);
      this.y = going ? steady(this.y, padded(ys)) : padded(ys);
    }
    const narrow = width < NARROW;
    const height = plotHeight(width);
    setAttributes(this.picture, { height });
    this.frame.style.height = `${height}px`;
    const right = narrow || up.metric.baseline === undefined ? width - 4 : width - 92;
    const toX = (value: number) => LEFT + ((value - (this.x?.[0] ?? 0)) / ((this.x?.[1] ?? 1) - (this.x?.[0] ?? 0))) * (right - LEFT);
    const toY = (value: number) => height - BOTTOM - ((value - (this.y?.[0] ?? 0)) / ((this.y?.[1] ?? 1) - (this.y?.[0] ?? 0))) * (height - BOTTOM - TOP);
    this.drawRules(up.metric, toX, toY, { right, height, narrow }, metricName(across.metric.metric), found.length > 0);
    const places = labelPlaces(found.map(({ short, x, y }) => ({ x: toX(x.value), y: toY(y.value), width: columnsOf(short) * 6.4 })), width, height - BOTTOM);
    for (const [name, dot] of this.byName) if (!found.some((one) => one.name === name)) dot.root.remove();
    for (const [index, one] of found.entries()) {
      const dot = this.dotOf(one.name, one.colour, up.task.task);
      const [x, y] = [toX(one.x.value), toY(one.y.value)];
      const [left, end] = inside(one.x, this.x);
      const [low, high] = inside(one.y, this.y);
      setAttributes(dot.across, { x1: toX(left), x2: toX(end), y1: y, y2: y });
      setAttributes(dot.up, { x1: x, x2: x, y1: toY(low), y2: toY(high) });
      setAttributes(dot.mark, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
      const place = places[index] ?? null;
      if (place !== null) setAttributes(dot.label, { x: place.x, y: place.y, 'text-anchor': place.anchor });
      setText(dot.label, place === null ? '' : one.short);
      setText(dot.title, one.label);
    }
    this.describe(found, across.metric, up.metric);
  }

  private dotOf(name: string, colour: number, task: string): Dot {
    let dot = this.byName.get(name);
    if (dot === undefined) {
      const parts = { across: svg('line', { class: 'cross' }), up: svg('line', { class: 'cross' }), mark: svg('path', { class: 'dot', d: shapePath(colour, 4.5) }), label: svg('text'), title: svg('title') };
      const root = svg('g', { class: `mark-of ${checkpointClass(colour)}` });
      root.append(parts.title, parts.across, parts.up, parts.mark, parts.label);
      dot = { root, ...parts };
      this.byName.set(name, dot);
    }
    dot.mark.onclick = () => this.showSamples(task);
    if (dot.root.parentNode === null) this.dots.append(dot.root);
    return dot;
  }

  private drawRules(metric: PlannedMetric, toX: (value: number) => number, toY: (value: number) => number, { right, height, narrow }: Frame, title: string, known: boolean): void {
    const made: SVGElement[] = [];
    const text = (x: number, y: number, content: string, anchor: string) => {
      const label = svg('text', { x, y, 'text-anchor': anchor });
      setText(label, content);
      made.push(label);
    };
    const [ups, acrosses] = [ticksOf(this.y ?? [0, 1]), ticksOf(this.x ?? [0, 1])];
    for (const tick of ups) {
      const y = Math.round(toY(tick)) + 0.5;
      made.push(svg('line', { class: 'rule', x1: LEFT, x2: right, y1: y, y2: y }));
      if (known) text(LEFT - 8, y + 4, metric.form === 'proportion' ? `${Number((tick * 100).toFixed(1))}\u00a0%` : tickText(tick, stepOf(ups)), 'end');
    }
    // The last part of the axis holds its title.
    if (known) for (const tick of acrosses.filter((one) => toX(one) < right - 105)) text(toX(tick), height - 7, tickText(tick, stepOf(acrosses)), 'middle');
    text(right, height - 7, title, 'end');
    if (metric.baseline !== undefined && known) {
      const y = toY(metric.baseline);
      made.push(svg('line', { class: 'level', x1: LEFT, x2: right, y1: y, y2: y }));
      if (narrow) text(right, y - 5, t('majority'), 'end');
      else text(right + 6, y + 4, t('majority'), 'start');
    }
    this.rules.replaceChildren(...made);
  }

  private describe(found: readonly { readonly label: string; readonly x: Cell; readonly y: Cell }[], across: PlannedMetric, up: PlannedMetric): void {
    const parts = found.map(({ label, x, y }) => {
      const range = y.interval === null ? '' : ` (${t('{0} to {1}', formatEnd(up.form, y.interval[0]), formatEnd(up.form, y.interval[1]))})`;
      return `${label}: ${formatValue(across.form, x.value)}, ${formatValue(up.form, y.value)}${range}`;
    });
    const spoken = parts.length === 0 ? t('no value yet') : parts.join('; ');
    setAttributes(this.picture, { 'aria-label': t('Chart of {0}. {1}. The table below holds the same numbers.', this.title.textContent, spoken) });
    setTitle(this.frame, ...parts);
  }
}

/** The chosen task's proportion, else the first there is. */
function scoreAxis(state: PanelState, selected: string | null): Axis | null {
  let first: Axis | null = null;
  for (const task of state.tasks) {
    const metric = mainMetric(task);
    if (metric === null || metric.form !== 'proportion') continue;
    if (task.task === selected) return { task, metric };
    first ??= { task, metric };
  }
  return first;
}

/** The interval as far as the axis goes: an end may be open. */
function inside({ interval, value }: Cell, range: Range | null): readonly [number, number] {
  if (interval === null) return [value, value];
  return range === null ? interval : [Math.max(interval[0], range[0]), Math.min(interval[1], range[1])];
}

function ends(cell: Cell): readonly number[] {
  return [cell.value, ...(cell.interval ?? [])].filter((value) => Number.isFinite(value));
}

function padded(values: readonly number[]): Range {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.08;
  return niceRange(low - margin, high + margin, 3);
}

function stepOf([first = 0, second = first + 1]: readonly number[]): number {
  return second - first;
}

function ticksOf([low, high]: Range): readonly number[] {
  const [from, to] = [low, high];
  const raw = (to - from) / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= raw * 0.99) ?? raw;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step - 1e-9) * step; tick <= to + step * 1e-9; tick += step) ticks.push(tick);
  return ticks;
}
