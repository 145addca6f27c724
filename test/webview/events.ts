/**
 * A realistic event stream of two checkpoints on a handful of tasks, made from a seed: what the editor would send
 * while an evaluation runs. Numbers are drawn, not measured.
 */
import type { Comparison, PlannedMetric, PlannedTask, RunEvent, SampleSummary } from '../../src/protocol/events';

type Plan = { readonly task: PlannedTask; readonly truth: readonly number[]; readonly texts: readonly string[] };

const accuracy = (baseline?: number): PlannedMetric => ({ metric: 'acc,none', higherIsBetter: true, form: 'proportion', ...(baseline === undefined ? {} : { baseline }) });
const perplexity = (metric: string): PlannedMetric => ({ metric, higherIsBetter: false, form: 'perplexity' });

const reviews = [
  'one long string of cliches',
  'a joyless , idiotic , annoying , heavy-handed visual experience',
  'the acting , costumes , music , cinematography and sound are all astounding',
  'it proves quite compelling as an intense , brooding character study',
  'we root for clara and paul , even like them , though perhaps it is an emotion closer to pity',
];

const plans: readonly Plan[] = [
  { task: planned('heldout', 'heldout', 220, [perplexity('word_perplexity,none'), perplexity('byte_perplexity,none'), { metric: 'bits_per_byte,none', higherIsBetter: false, form: 'score' }]), truth: [4.02, 3.98], texts: ['The city lies on both banks of the river'] },
  { task: planned('sst2', 'sst2', 872, [accuracy(0.509)]), truth: [0.672, 0.508], texts: reviews },
  { task: planned('sst2_4shot', 'sst2 · 4-shot', 872, [accuracy(0.509)]), truth: [0.658, 0.51], texts: reviews },
  { task: planned('cola', 'cola', 527, [{ metric: 'mcc,none', higherIsBetter: true, form: 'score' }, accuracy()]), truth: [0.01, 0.012], texts: ['They drank the pub.', 'The professor talked us.'] },
  { task: planned('piqa', 'piqa', 500, [accuracy(0.5), { metric: 'acc_norm,none', higherIsBetter: true, form: 'proportion' }]), truth: [0.526, 0.518], texts: ['To remove a splinter from a finger,'] },
];

function planned(task: string, alias: string, documents: number, metrics: readonly PlannedMetric[]): PlannedTask {
  return { task, alias, documents, metrics, configPath: `tasks[${alias}]` };
}

/** A small generator of pseudo-random numbers (mulberry32), so that pictures can be compared. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const evaluation = '2026-11-24T05-47-12.123Z';
export const checkpointNames = ['model-a', 'model-b'] as const;

type Options = { readonly names?: readonly string[]; readonly seed?: number };

/** Everything from `planned` to `finished`, in the order in which it happens: checkpoint after checkpoint. */
export function evaluationEvents(options: Options = {}): RunEvent[] {
  const names = options.names ?? checkpointNames;
  const random = seeded(options.seed ?? 7);
  const events: RunEvent[] = names.map((name) => ({
    ...common(name),
    type: 'planned',
    config: '/home/someone/language-basics.eval.yaml',
    tasks: plans.map((plan) => plan.task),
    documents: plans.reduce((sum, plan) => sum + plan.task.documents, 0),
    checkpoints: names,
    baseline: names[0] ?? '',
    confidence: 0.95,
    path: `/home/someone/checkpoints/${name}`,
  }));
  for (const [index, name] of names.entries()) runEvents(events, names, name, index, random);
  return events;
}

function runEvents(events: RunEvent[], names: readonly string[], name: string, index: number, random: () => number): void {
  events.push({ ...common(name), type: 'started', parameters: 4_200_000, precision: 'fp32' });
  const total = plans.reduce((sum, plan) => sum + plan.task.documents, 0);
  let done = 0;
  let tokens = 0;
  for (const plan of plans) {
    const truth = plan.truth[index % plan.truth.length] ?? 0.5;
    let right = 0;
    let taskTokens = 0;
    let noise = 0;
    const step = Math.ceil(plan.task.documents / 40);
    for (let doc = 0; doc < plan.task.documents; doc += 1) {
      const isText = plan.task.metrics.some((metric) => metric.form === 'perplexity');
      const correct = random() < (isText || truth < 0.3 ? 0.5 : truth);
      right += correct ? 1 : 0;
      noise += random() - 0.5;
      const size = isText ? 150 + Math.floor(random() * 80) : 20 + Math.floor(random() * 30);
      taskTokens += size;
      tokens += size;
      done += 1;
      events.push(sampleEvent(name, plan, doc, correct, isText, random));
      const n = doc + 1;
      const last = n === plan.task.documents;
      if (!last && n % step !== 0) continue;
      for (const metric of plan.task.metrics) events.push(metricEvent(name, plan.task.task, metric, truth, right / n, noise / n, n, taskTokens, last));
      events.push({ ...common(name), type: 'progress', task: plan.task.task, done, total, taskDone: n, taskTotal: plan.task.documents, tokens, tokens_per_second: 3919, remaining: (total - done) / 45 });
    }
    if (index > 0) for (const metric of plan.task.metrics) events.push({ ...common(name), type: 'comparison', comparison: compare(events, names[0] ?? '', name, plan.task, metric) });
  }
  events.push({ ...common(name), type: 'finished', seconds: 61, tokens, failedTasks: [] });
}

function common(checkpoint: string): { run: string; evaluation: string; checkpoint: string; time: string } {
  return { run: `${evaluation}-${checkpoint}`, evaluation, checkpoint, time: '2026-11-24T05:47:12.123Z' };
}

function sampleEvent(name: string, plan: Plan, doc: number, correct: boolean, isText: boolean, random: () => number): RunEvent {
  const text = plan.texts[doc % plan.texts.length] ?? '';
  const target = doc % 2 === 0 ? ' negative' : ' positive';
  const sample: SampleSummary = isText
    ? { doc_id: doc, text, target: '', answer: '', probability: null, correct: null, values: { byte_perplexity: 3.5 + random() } }
    : { doc_id: doc, text, target, answer: correct ? target : ' other', probability: 0.5 + random() / 2, correct, values: { acc: correct ? 1 : 0 } };
  return { ...common(name), type: 'sample', task: plan.task.task, sample };
}

function metricEvent(name: string, task: string, metric: PlannedMetric, truth: number, share: number, drift: number, n: number, tokens: number, final: boolean): RunEvent {
  const wider = final ? 1 : 1.6;
  const isText = metric.form === 'perplexity';
  const scale = metric.metric.startsWith('word') ? 40 : 1;
  const value = isText ? truth * scale * Math.exp(drift * 0.15) : metric.form === 'proportion' ? share : truth + drift * 0.1;
  const half = isText ? (value * 0.12 * wider) / Math.sqrt(n) : (Math.sqrt(Math.max(0.02, share * (1 - share))) * 1.96 * wider) / Math.sqrt(n);
  const interval = n < (isText ? 10 : 2) ? null : ([value - half, value + half] as const);
  return { ...common(name), type: 'metric', task, metric: metric.metric, value, stderr: half / 1.96, interval, n, tokens, final, method: final ? 'wilson' : 'beta-mixture', approximate: isText };
}

function compare(events: readonly RunEvent[], baseline: string, other: string, task: PlannedTask, metric: PlannedMetric): Comparison {
  const last = (name: string) => events.findLast((event) => event.type === 'metric' && event.checkpoint === name && event.task === task.task && event.metric === metric.metric);
  const [a, b] = [last(baseline), last(other)];
  const [left, right] = [a?.type === 'metric' ? a.value : 0, b?.type === 'metric' ? b.value : 0];
  const difference = metric.form === 'perplexity' ? -Math.log(right / left) : right - left;
  const stderr = metric.form === 'perplexity' ? 0.004 : 0.65 / Math.sqrt(task.documents);
  const z = Math.abs(difference) / stderr;
  return {
    task: task.task,
    metric: metric.metric,
    baseline,
    other,
    difference,
    stderr,
    interval: [difference - 1.96 * stderr, difference + 1.96 * stderr],
    p_value: Math.min(1, 2 * Math.exp(-0.717 * z - 0.416 * z * z)),
    n: task.documents,
  };
}
