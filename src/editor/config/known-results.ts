import * as vscode from 'vscode';
import { boundFor, meets } from '../../config/expect';
import type { OutlineEntry } from '../../config/outline';
import type { SerializedError } from '../../protocol/errors';
import type { Expectation, PlannedMetric, PlannedTask, RunEvent } from '../../protocol/events';
import { headlineMetric } from '../../protocol/headline';
import type { Memory } from '../evaluations/memory';
import { scoreText } from './score-text';

/** What the newest run of a checkpoint came to in one task, kept by what its entry asked for, not by where the entry stood. */
export type KnownResult = {
  readonly config: string;
  /** Digest of the entry. */
  readonly entry: string;
  readonly task: string;
  readonly checkpoint: string;
  readonly headline: PlannedMetric | null;
  /** Final values by `metric,filter`, in the order of the run. */
  readonly values: readonly (readonly [metric: string, value: number])[];
  /** Why the task could not be run; it has no values then. */
  readonly failure: SerializedError | null;
  /** Only where its numbers are approximate. */
  readonly precision?: 'int8';
};

export type Missed = Pick<Expectation, 'checkpoint' | 'metric' | 'expected'> & { readonly actual: number; readonly configPath: string };

/** What is known of a run while it goes on. */
type RunAtWork = {
  readonly config: string;
  readonly checkpoint: string;
  readonly origin?: 'run' | 'replay';
  readonly precision?: 'int8';
  readonly tasks: ReadonlyMap<string, { readonly planned: PlannedTask; value: number | null; readonly final: [metric: string, value: number][] }>;
};

/** Results kept for a workspace; the oldest go first. */
const mostKept = 500;

/** What lenses and problems say of earlier runs, beside the entries they belong to. */
export class KnownResults implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** A lens reads differently now: also while a run streams. */
  readonly onDidChange = this.changed.event;
  private readonly judged = new vscode.EventEmitter<void>();
  /** A task was finished, or could not be run: there may be a problem more or less. */
  readonly onDidJudge = this.judged.event;
  private readonly results: Map<string, KnownResult>;
  private readonly runs = new Map<string, RunAtWork>();

  constructor(private readonly memory: Pick<Memory, 'known'>) {
    this.results = new Map(memory.known.map((result) => [keyOf(result), result]));
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'planned':
        if (event.config === null) return;
        this.runs.set(event.run, { ...event, config: event.config, tasks: new Map(event.tasks.map((task) => [task.task, { planned: task, value: null, final: [] }])) });
        this.forgetFailures(event.config, event.checkpoint, new Set(event.tasks.map(({ entry }) => entry ?? null)));
        break;
      case 'metric': {
        const task = this.runs.get(event.run)?.tasks.get(event.task);
        if (task === undefined) return;
        if (event.final) {
          task.final.push([event.metric, event.value]);
          this.record(event.run, task.planned, { failure: null, values: [...task.final] });
        }
        if (headlineMetric(task.planned.metrics)?.metric !== event.metric) return;
        task.value = event.value;
        break;
      }
      case 'failed': {
        if (event.task === null) {
          this.ended(event.run);
          break;
        }
        const planned = this.runs.get(event.run)?.tasks.get(event.task)?.planned ?? { task: event.task, metrics: [], entry: event.entry };
        this.record(event.run, planned, { failure: event.error, values: [] });
        break;
      }
      case 'finished':
      case 'cancelled':
        this.ended(event.run);
        break;
      case 'started':
      case 'resumed':
      case 'progress':
      case 'sample':
      case 'comparison':
      case 'expectation':
      case 'warning':
      case 'downloading':
        return;
    }
    this.changed.fire();
  }

  /** `model-a 67.2 % · model-b 50.8 %`, as it streams and after; null where nothing is known of what the entry asks now. */
  scores(config: string, entry: string | null): string | null {
    if (entry === null) return null;
    const known = this.of(config, entry);
    const streaming = this.streaming(config, entry);
    // Of a group, the first task stands for all.
    const tasks = new Set([...streaming, ...known].map(({ task }) => task));
    const [first] = tasks;
    const texts = new Map<string, string | null>();
    for (const { task, checkpoint, text } of [...known.map((result) => ({ ...result, text: resultText(result) })), ...streaming]) if (task === first) texts.set(checkpoint, text);
    const text = [...texts].flatMap(([checkpoint, score]) => (score === null ? [] : [`${checkpoint} ${score}`])).join(' · ');
    if (text === '') return null;
    return tasks.size > 1 ? `${first}: ${text}` : text;
  }

  /** Expectations of an entry, as they are written now, that the known values do not meet. */
  missed(config: string, { digest, expect }: OutlineEntry): Missed[] {
    return this.of(config, digest).flatMap(({ checkpoint, values }) =>
      expect.flatMap((expected): Missed[] => {
        const bound = boundFor(expected, checkpoint);
        const [metric, value] = values.find(([key]) => key === expected.metric || key.split(',')[0] === expected.metric) ?? [];
        if (bound === null || metric === undefined || value === undefined || meets(bound, value)) return [];
        return [{ checkpoint, metric, expected: bound.text, actual: value, configPath: expected.configPath }];
      }),
    );
  }

  /** Why tasks of an entry could not be run, the last time they were asked for. */
  failures(config: string, entry: string | null): { readonly task: string; readonly checkpoint: string; readonly error: SerializedError }[] {
    return this.of(config, entry).flatMap(({ task, checkpoint, failure }) => (failure === null ? [] : [{ task, checkpoint, error: failure }]));
  }

  dispose(): void {
    this.changed.dispose();
    this.judged.dispose();
  }

  /** Of runs at work; `text` null: no value yet, and an older one would be taken for it. */
  private streaming(config: string, entry: string): { readonly task: string; readonly checkpoint: string; readonly text: string | null }[] {
    return [...this.runs.values()].flatMap((run) => {
      // A run that is only told again has no value beside its final ones.
      if (run.config !== config || run.origin === 'replay') return [];
      return [...run.tasks.values()].flatMap(({ planned, value }) => {
        const form = headlineMetric(planned.metrics)?.form;
        return planned.entry === entry ? [{ task: planned.task, checkpoint: run.checkpoint, text: value === null || form === undefined ? null : marked(scoreText(form, value), run.precision) }] : [];
      });
    });
  }

  private of(config: string, entry: string | null): KnownResult[] {
    return [...this.results.values()].filter((result) => result.config === config && result.entry === entry);
  }

  private record(run: string, planned: Pick<PlannedTask, 'task' | 'metrics' | 'entry'>, outcome: Pick<KnownResult, 'values' | 'failure'>): void {
    const { config, checkpoint, precision } = this.runs.get(run) ?? {};
    const { task, entry, metrics } = planned;
    if (config === undefined || checkpoint === undefined || entry === undefined || entry === null) return;
    const result: KnownResult = { config, entry, task, checkpoint, headline: headlineMetric(metrics) ?? null, ...(precision !== undefined && { precision }), ...outcome };
    const key = keyOf(result);
    this.results.delete(key);
    this.results.set(key, result);
    for (const [oldest] of this.results) if (this.results.size > mostKept) this.results.delete(oldest);
    this.judged.fire();
  }

  /** A new run of these entries is under way: what could not be run before is tried again. */
  private forgetFailures(config: string, checkpoint: string, entries: ReadonlySet<string | null>): void {
    const stale = [...this.results].filter(([, result]) => result.failure !== null && result.config === config && result.checkpoint === checkpoint && entries.has(result.entry));
    for (const [key] of stale) this.results.delete(key);
    if (stale.length > 0) this.judged.fire();
  }

  /** A value that was only live goes with its run; what the run finished stays. */
  private ended(run: string): void {
    if (this.runs.delete(run)) this.memory.known = [...this.results.values()];
  }
}

function resultText({ headline, values, failure, precision }: KnownResult): string {
  const value = headline === null ? undefined : values.find(([metric]) => metric === headline.metric)?.[1];
  return failure !== null || headline === null || value === undefined ? '—' : marked(scoreText(headline.form, value), precision);
}

/** `≈ 67.2 % (int8)` */
function marked(score: string, precision: KnownResult['precision']): string {
  return precision === undefined ? score : `≈ ${score} (${precision})`;
}

function keyOf({ config, entry, task, checkpoint }: Pick<KnownResult, 'config' | 'entry' | 'task' | 'checkpoint'>): string {
  return JSON.stringify([config, entry, task, checkpoint]);
}
