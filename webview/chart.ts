/** The running value of one metric against tokens read, with its live interval as a band, for each checkpoint. */
import uPlot from 'uplot';
import type { PlannedMetric } from '../src/protocol/events';
import { type Range, spread, steady, tickDecimals, tickText } from './axis';
import { type ChartSeries, chartSeries, tokenRange, valueRange } from './chart-data';
import { drawShape } from './shapes';
import { element, setAttribute, setHidden, setText, setTitle } from './dom';
import { exact, formatCount, formatValue, significant } from './format';
import { chartedMetric, metricName } from './metric-names';
import { intervalLines } from './interval-text';
import { isGoing } from './outcome';
import { type PanelState, identityOf } from './state';
import { t } from './strings';
import { NARROW, plotHeight } from './plot-size';
import { type Palette, checkpointClass, readPalette } from './theme';

const LABEL_HEIGHT = 17;
/** Between name and value, and between line and label; the stylesheet has the first too. */
const LABEL_GAP = 5;
const LABEL_AWAY = 8;

export class RunningChart {
  readonly root = element('section', 'chart');
  private readonly title = element('h2');
  private readonly direction = element('span', 'direction');
  private readonly frame = element('div', 'plot');
  private readonly labels = element('div', 'end-labels');
  private plot: uPlot | null = null;
  private shape = '';
  private series: readonly ChartSeries[] = [];
  private metric: PlannedMetric | null = null;
  private x: Range | null = null;
  private y: Range | null = null;
  private palette: Palette | null = null;
  private pointed: number | null = null;
  private width = 0;
  private confidence: number | null = null;

  constructor() {
    this.root.append(element('div', 'section-head', this.title, this.direction), this.frame);
    this.frame.setAttribute('role', 'img');
    new ResizeObserver(() => this.resize()).observe(this.frame);
  }

  update(state: PanelState): void {
    const charted = chartedMetric(state.tasks);
    setHidden(this.root, charted === null);
    if (charted === null) return;
    const { task, metric } = charted;
    this.metric = metric;
    this.confidence = state.confidence;
    this.series = chartSeries(state, task, metric);
    const name = metricName(metric.metric);
    this.entitle(metric);
    setTitle(this.title, task.alias);
    setText(this.direction, metric.higherIsBetter === null ? '' : t(metric.higherIsBetter ? 'higher is better' : 'lower is better'));
    const shape = JSON.stringify([task.task, metric.metric, identityOf(state)]);
    if (shape !== this.shape || this.plot === null) this.rebuild(shape);
    const tokens = tokenRange(this.series, task);
    const values = valueRange(this.series);
    // Once nothing more is to come the picture is the same whenever it is drawn.
    const going = isGoing(state);
    if (tokens !== null) this.x = going ? steady(this.x, tokens) : tokens;
    if (values !== null) this.y = going ? steady(this.y, values) : values;
    this.plot?.setData(joined(this.series), true);
    this.describe(name);
  }

  /** Takes the theme's colours again. */
  restyle(): void {
    this.palette = readPalette();
    this.plot?.redraw(false, true);
    this.placeLabels();
  }

  private resize(): void {
    const width = Math.floor(this.frame.clientWidth);
    if (width === 0 || width === this.width) return;
    const before = this.gutter();
    this.width = width;
    this.frame.style.height = `${plotHeight(width)}px`;
    if (this.metric !== null) this.entitle(this.metric);
    if (this.plot === null || before !== this.gutter()) this.rebuild(this.shape);
    else this.plot.setSize({ width, height: plotHeight(width) });
  }

  /** A narrow title leaves room for the direction; the axis says what is read. */
  private entitle(metric: PlannedMetric): void {
    const name = metricName(metric.metric);
    setText(this.title, this.width < NARROW ? name : t('{0} while reading', name));
  }

  private rebuild(shape: string): void {
    if (shape !== this.shape) {
      this.x = null;
      this.y = null;
    }
    this.shape = shape;
    this.plot?.destroy();
    this.plot = null;
    this.palette ??= readPalette();
    if (this.width === 0 || this.series.length === 0) return;
    this.plot = new uPlot(this.options(), joined(this.series), this.frame);
    this.labels.replaceChildren(...this.series.map((one) => element('div', `end-label ${checkpointClass(one.colour)}`)));
    this.frame.append(this.labels);
    this.placeLabels();
  }

  /** Room at the right for the longest name and a value, at most two fifths of the width. */
  private gutter(): number {
    const longest = Math.max(0, ...this.series.map((one) => textWidth(one.label)));
    const value = textWidth(this.metric?.form === 'proportion' ? '00.0\u00a0%' : '00.00');
    return Math.ceil(Math.min(Math.max(this.width * 0.42, 96), longest + value + LABEL_GAP + LABEL_AWAY + 2));
  }

  private options(): uPlot.Options {
    const quiet = () => this.palette?.quiet ?? '';
    const rule = () => this.palette?.rule ?? '';
    const font = `11px ${this.palette?.font ?? 'sans-serif'}`;
    const colour = (index: number) => this.palette?.checkpoint[index % this.palette.checkpoint.length] ?? '';
    return {
      width: this.width,
      height: plotHeight(this.width),
      padding: [8, this.gutter(), 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [...(this.x ?? [0, 1])] },
        y: { range: () => [...(this.y ?? [0, 1])] },
      },
      axes: [
        { stroke: quiet, font, grid: { show: false }, ticks: { show: false }, size: 24, gap: 6, space: this.width < NARROW ? 48 : 72, values: (_, ticks) => tokenTicks(ticks, this.x !== null) },
        { stroke: quiet, font, grid: { stroke: rule, width: 1 }, ticks: { show: false }, size: 44, gap: 8, space: this.width < NARROW ? 30 : 36, values: (_, ticks) => this.valueTicks(ticks) },
      ],
      series: [
        {},
        ...this.series.flatMap((one): uPlot.Series[] => [
          { stroke: () => colour(one.colour), width: 1.5, spanGaps: true, points: { show: false } },
          { spanGaps: true, points: { show: false }, width: 0 },
          { spanGaps: true, points: { show: false }, width: 0 },
        ]),
      ],
      bands: this.series.map((one, index) => ({ series: [3 * index + 3, 3 * index + 2], fill: () => faint(colour(one.colour)) })),
      hooks: {
        draw: [(plot) => this.drawEnds(plot, colour)],
        setCursor: [(plot) => this.point(plot)],
      },
    };
  }

  private valueTicks(ticks: readonly number[]): string[] {
    if (this.y === null || this.metric === null) return ticks.map(() => '');
    const [first = 0, second = 1] = ticks;
    const step = Math.abs(second - first);
    if (this.metric.form === 'proportion') return ticks.map((tick) => `${(tick * 100).toFixed(tickDecimals(step * 100))}\u00a0%`);
    return ticks.map((tick) => tickText(tick, step));
  }

  private drawEnds(plot: uPlot, colour: (index: number) => string): void {
    const { ctx } = plot;
    for (const one of this.series) {
      const last = one.points.at(-1);
      if (last === undefined) continue;
      ctx.save();
      ctx.fillStyle = colour(one.colour);
      drawShape(ctx, one.colour, plot.valToPos(last.tokens, 'x', true), plot.valToPos(last.value, 'y', true), 3.5 * devicePixelRatio);
      ctx.restore();
    }
    this.placeLabels();
  }

  private point(plot: uPlot): void {
    const { left } = plot.cursor;
    this.pointed = left === undefined || left === null || left < 0 ? null : plot.posToVal(left, 'x');
    this.placeLabels();
  }

  /** Each line's name and value beside its end; under the pointer, its value there. */
  private placeLabels(): void {
    const { plot, metric } = this;
    if (plot === null || metric === null) return;
    const top = plot.bbox.top / devicePixelRatio;
    const height = plot.bbox.height / devicePixelRatio;
    const points = this.series.map(({ points: all }) => (this.pointed === null ? all.at(-1) : all.findLast((one) => one.tokens <= (this.pointed ?? 0)) ?? all[0]));
    const ends = this.series.map(({ points: all }) => {
      const last = all.at(-1);
      return last === undefined ? -1 : top + plot.valToPos(last.value, 'y');
    });
    const drawn = ends.filter((end) => end >= 0);
    const placed = spread(drawn, LABEL_HEIGHT, top + LABEL_HEIGHT / 2, top + height - LABEL_HEIGHT / 2);
    let next = 0;
    for (const [index, one] of this.series.entries()) {
      const label = this.labels.children[index];
      const point = points[index];
      if (!(label instanceof HTMLElement)) continue;
      setHidden(label, point === undefined);
      if (point === undefined) continue;
      if (label.childElementCount === 0) label.append(element('span', 'end-name', element('bdi')), element('span', 'end-value'));
      const [name, value] = label.children;
      const written = name?.firstElementChild;
      if (written) setText(written, one.label);
      if (value !== undefined) setText(value, metric.form === 'perplexity' ? significant(point.value, 3) : formatValue(metric.form, point.value));
      setTitle(label, one.label, exact(point.value), ...intervalLines(this.confidence, metric, point), t('{0} tokens', formatCount(point.tokens)));
      label.style.transform = `translateY(${((placed[next] ?? 0) - LABEL_HEIGHT / 2).toFixed(1)}px)`;
      next += 1;
    }
    this.labels.style.width = `${this.gutter() - LABEL_AWAY}px`;
  }

  private describe(name: string): void {
    const spoken = this.series.map((one) => {
      const last = one.points.at(-1);
      return last === undefined || this.metric === null
        ? `${one.label}: ${t('no value yet')}`
        : t('{0} {1} after {2} tokens', one.label, formatValue(this.metric.form, last.value), formatCount(last.tokens));
    });
    setAttribute(this.frame, 'aria-label', t('Chart of {0}. {1}. The table below holds the same numbers.', t('{0} while reading', name), spoken.join('; ')));
  }
}

let measuring: CanvasRenderingContext2D | null = null;

/** Pixels of a label's text in the page's font. */
function textWidth(text: string): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (measuring === null) return text.length * 7.2;
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  measuring.font = `${parseFloat(fontSize) * 0.92}px ${fontFamily}`;
  return measuring.measureText(text).width;
}

/** One x for all: tokens; value, low end and high end of each series, with gaps that the lines span. */
function joined(series: readonly ChartSeries[]): uPlot.AlignedData {
  const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);
  const tables = series.map(({ points }): uPlot.AlignedData => [
    points.map((point) => point.tokens),
    points.map((point) => finite(point.value)),
    points.map((point) => finite(point.interval?.[0])),
    points.map((point) => finite(point.interval?.[1])),
  ]);
  return tables.length === 0 ? [[]] : uPlot.join(tables);
}

function tokenTicks(ticks: readonly number[], known: boolean): string[] {
  if (!known) return ticks.map(() => '');
  return ticks.map((tick, index) => {
    if (tick === 0) return '0';
    const shown = tick >= 1e6 ? `${Number((tick / 1e6).toPrecision(3))}\u00a0M` : tick >= 1000 ? `${Number((tick / 1000).toPrecision(3))}\u00a0k` : String(tick);
    return index === ticks.length - 1 ? t('{0} tokens', shown) : shown;
  });
}

function faint(colour: string): string {
  return `color-mix(in srgb, ${colour} 15%, transparent)`;
}
