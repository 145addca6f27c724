/** The page's door: what comes is read as a RunEvent or left out, whole or in part, so that nothing odd reaches a drawing. */
import type { SerializedError } from '../src/protocol/errors';
import type { Comparison, Expectation, Interval, PlannedMetric, PlannedTask, RunEvent, SampleSummary } from '../src/protocol/events';
import type { MessageArgs, MessageCode } from '../src/protocol/messages';
import { Misfit, type Reader, count, entries, fields, flag, list, nullable, oneOf, optional, real, text } from './read';

/** An end that is not finite comes as null: it is open. Without both ends there is no interval. */
const interval: Reader<Interval> = (value, place) => {
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== 2) throw new Misfit(place);
  const [low, high] = [end(value[0], -Infinity, place), end(value[1], Infinity, place)];
  return Number.isFinite(low) || Number.isFinite(high) ? [low, high] : null;
};

function end(value: unknown, open: number, place: string): number {
  if (value === null) return open;
  if (typeof value !== 'number' || Number.isNaN(value)) throw new Misfit(place);
  return value;
}

const code = text as Reader<MessageCode>;
const args: Reader<MessageArgs> = entries((value, place) => (typeof value === 'string' || typeof value === 'number' ? value : misfit(place)));

const error = fields<SerializedError>({
  code,
  args,
  place: (value, place, misfits) => entries<string | number>((one, at) => (typeof one === 'string' || typeof one === 'number' ? one : misfit(at)))(value, place, misfits),
  message: text,
});

const plannedMetric = fields<PlannedMetric>({
  metric: text,
  higherIsBetter: nullable(flag),
  form: oneOf('proportion', 'perplexity', 'score'),
  baseline: optional(count),
});

const plannedTask = fields<PlannedTask>({ task: text, alias: text, documents: count, metrics: list(plannedMetric), configPath: nullable(text), entry: optional(nullable(text)) });

const sample = fields<SampleSummary>({
  doc_id: count,
  text,
  target: text,
  answer: text,
  filtered: optional(text),
  probability: nullable(count),
  correct: nullable(flag),
  values: entries(real),
});

const comparison = fields<Comparison>({
  task: text,
  metric: text,
  baseline: text,
  other: text,
  difference: real,
  stderr: nullable(real),
  interval,
  p_value: nullable(real),
  n: count,
  unpaired: optional(count),
  approximate: optional(flag),
  both_right: optional(count),
  only_baseline: optional(count),
  only_other: optional(count),
  both_wrong: optional(count),
});

const expectation = fields<Expectation>({
  checkpoint: text,
  task: text,
  metric: text,
  expected: text,
  actual: nullable(real),
  met: flag,
  config: nullable(text),
  config_path: nullable(text),
});

const common = { run: text, evaluation: text, checkpoint: text, time: text };

type Of<T extends RunEvent['type']> = RunEvent & { readonly type: T };

const readers: ReadonlyMap<string, Reader<RunEvent>> = new Map<RunEvent['type'], Reader<RunEvent>>([
  [
    'planned',
    fields<Of<'planned'>>({
      ...common,
      type: oneOf('planned'),
      config: nullable(text),
      tasks: list(plannedTask),
      documents: count,
      checkpoints: list(text),
      baseline: text,
      confidence: optional(count),
      path: text,
      precision: optional(oneOf('int8')),
      origin: optional(oneOf('run', 'replay')),
    }),
  ],
  ['started', fields<Of<'started'>>({ ...common, type: oneOf('started'), parameters: nullable(count), precision: text })],
  ['resumed', fields<Of<'resumed'>>({ ...common, type: oneOf('resumed'), answered: count, from: optional(fields<{ host: string; time: string }>({ host: text, time: text })) })],
  [
    'progress',
    fields<Of<'progress'>>({
      ...common,
      type: oneOf('progress'),
      task: text,
      done: count,
      total: count,
      taskDone: count,
      taskTotal: count,
      tokens: count,
      tokens_per_second: count,
      remaining: nullable(count),
    }),
  ],
  ['sample', fields<Of<'sample'>>({ ...common, type: oneOf('sample'), task: text, sample })],
  [
    'metric',
    fields<Of<'metric'>>({
      ...common,
      type: oneOf('metric'),
      task: text,
      metric: text,
      value: real,
      stderr: nullable(real),
      interval,
      n: count,
      tokens: count,
      final: flag,
      method: nullable(text),
      approximate: flag,
    }),
  ],
  ['comparison', fields<Of<'comparison'>>({ ...common, type: oneOf('comparison'), comparison })],
  ['expectation', fields<Of<'expectation'>>({ ...common, type: oneOf('expectation'), expectation })],
  ['warning', fields<Of<'warning'>>({ ...common, type: oneOf('warning'), task: nullable(text), code, args, message: text })],
  ['finished', fields<Of<'finished'>>({ ...common, type: oneOf('finished'), seconds: real, tokens: count, failedTasks: list(text), reported: optional(flag) })],
  ['cancelled', fields<Of<'cancelled'>>({ ...common, type: oneOf('cancelled'), done: count, total: count })],
  ['failed', fields<Of<'failed'>>({ ...common, type: oneOf('failed'), task: nullable(text), entry: optional(nullable(text)), error, resumable: flag })],
]);

/** `misfits`: what could not be understood, as `planned.tasks`; `event` is null where that is all of it. */
export function readEvent(value: unknown): { readonly event: RunEvent | null; readonly misfits: readonly string[] } {
  const misfits: string[] = [];
  try {
    const type = typeof value === 'object' && value !== null && Object.hasOwn(value, 'type') ? (value as { readonly type: unknown }).type : undefined;
    const reader = typeof type === 'string' ? readers.get(type) : undefined;
    if (typeof type !== 'string' || reader === undefined) return { event: null, misfits: [typeof type === 'string' ? type : typeof value] };
    return { event: reader(value, type, misfits), misfits };
  } catch (thrown) {
    if (!(thrown instanceof Misfit)) throw thrown;
    return { event: null, misfits: [...misfits, thrown.message] };
  }
}

function misfit(place: string): never {
  throw new Misfit(place);
}
