import type { RunEvent } from '../../protocol/events';

/** Points a live curve keeps; beyond that every second one goes. */
const curvePoints = 400;
/** Points of a curve that has come to its end. */
const endedCurvePoints = 200;
/** Samples kept of one task of one run: what a list can be scrolled through. */
const samplesKept = 5_000;
/** Samples kept of all tasks together; tasks beyond keep a few each. */
const allSamplesKept = 40_000;
const fewSamples = 100;
/** Warnings kept: more than anybody reads. */
const warningsKept = 1_000;

type Numbered = { readonly number: number; readonly event: RunEvent };
type MetricEvent = Extract<RunEvent, { type: 'metric' }>;

/**
 * The events of one evaluation, thinned so that a page can be given all of them at any moment: of progress
 * the last, of a streaming metric an evenly thinned curve and its newest value, of samples and warnings the first ones, everything
 * else whole. What is kept is bounded by the plan, not by the number of documents.
 */
export class EventHistory {
  private count = 0;
  private readonly whole: Numbered[] = [];
  private readonly progress = new Map<string, Numbered>();
  private readonly curves = new Map<string, Curve>();
  private readonly samples = new Map<string, Numbered[]>();
  private sampleCount = 0;
  private warningCount = 0;

  constructor(events: readonly RunEvent[] = []) {
    for (const event of events) this.append(event);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  append(event: RunEvent): void {
    const numbered = { number: this.count++, event };
    switch (event.type) {
      case 'progress':
        this.progress.set(`${event.run}\n${event.task}`, numbered);
        return;
      case 'metric': {
        const key = `${event.run}\n${event.task}\n${event.metric}`;
        const curve = this.curves.get(key) ?? new Curve();
        this.curves.set(key, curve);
        curve.append(event, numbered);
        return;
      }
      case 'sample': {
        const key = `${event.run}\n${event.task}`;
        const samples = this.samples.get(key) ?? [];
        this.samples.set(key, samples);
        if (samples.length >= (this.sampleCount < allSamplesKept ? samplesKept : fewSamples)) return;
        samples.push(numbered);
        this.sampleCount++;
        return;
      }
      case 'warning':
        if (this.warningCount++ < warningsKept) this.whole.push(numbered);
        return;
      default:
        this.whole.push(numbered);
    }
  }

  /** In the order they arrived. */
  events(): RunEvent[] {
    const all = [...this.whole, ...this.progress.values()];
    for (const curve of this.curves.values()) all.push(...curve.points());
    for (const samples of this.samples.values()) all.push(...samples);
    return all.sort((a, b) => a.number - b.number).map((numbered) => numbered.event);
  }
}

class Curve {
  private kept: Numbered[] = [];
  private stride = 1;
  private skipped = 0;
  private newest: Numbered | null = null;
  private final: Numbered | null = null;

  append(event: MetricEvent, numbered: Numbered): void {
    if (event.final) {
      this.final = numbered;
      while (this.kept.length > endedCurvePoints) this.thin();
      return;
    }
    this.newest = numbered;
    if (++this.skipped < this.stride) return;
    this.skipped = 0;
    this.kept.push(numbered);
    if (this.kept.length > curvePoints) this.thin();
  }

  private thin(): void {
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.stride *= 2;
  }

  points(): Numbered[] {
    const points = [...this.kept];
    if (this.newest && points.at(-1) !== this.newest) points.push(this.newest);
    if (this.final) points.push(this.final);
    return points;
  }
}
