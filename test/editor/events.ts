/** Events of a made-up evaluation, for tests of what the editor does with them. */
import type { RunEvent } from '../../src/protocol/events';

const time = '2026-11-24T05:47:12.123Z';
const checkpoints = ['model-a', 'model-b'];

function common(checkpoint: string): { run: string; evaluation: string; checkpoint: string; time: string } {
  return { run: `run-${checkpoint}`, evaluation: 'evaluation', checkpoint, time };
}

export type PlannedRun = { readonly task?: string; readonly entry?: string | null; readonly documents?: number };

export function planned(checkpoint: string, { task = 'sst2', entry = 'digest of sst2', documents = 100 }: PlannedRun = {}): RunEvent {
  const acc = { metric: 'acc,none', higherIsBetter: true, form: 'proportion' as const };
  return {
    ...common(checkpoint),
    type: 'planned',
    config: '/w/a.eval.yaml',
    tasks: [{ task, alias: task, documents, metrics: [acc], configPath: 'tasks[0]', entry }],
    documents,
    checkpoints,
    baseline: 'model-a',
    path: `/w/.assay/runs/run-${checkpoint}`,
  };
}

export function progress(checkpoint: string, done: number, total = 100): RunEvent {
  return { ...common(checkpoint), type: 'progress', task: 'sst2', done, total, taskDone: done, taskTotal: total, tokens: done * 10, tokens_per_second: 1_000, remaining: (total - done) / 10 };
}

export function metric(checkpoint: string, n: number, value: number, final = false, task = 'sst2'): RunEvent {
  return { ...common(checkpoint), type: 'metric', task, metric: 'acc,none', value, stderr: null, interval: null, n, tokens: n * 10, final, method: null, approximate: false };
}

export function sample(checkpoint: string, document: number): RunEvent {
  return { ...common(checkpoint), type: 'sample', task: 'sst2', sample: { doc_id: document, text: 'a', target: 'b', answer: 'b', probability: 0.5, correct: true, values: {} } };
}

export function finished(checkpoint: string): RunEvent {
  return { ...common(checkpoint), type: 'finished', seconds: 1, tokens: 1_000, failedTasks: [] };
}

export function cancelled(checkpoint: string, done: number): RunEvent {
  return { ...common(checkpoint), type: 'cancelled', done, total: 100 };
}

export function failed(checkpoint: string, task: string | null = null, entry: string | null = null): RunEvent {
  const error = { code: 'model-process-died' as const, args: { cause: 'signal SIGKILL' }, place: {}, message: 'died' };
  return { ...common(checkpoint), type: 'failed', task, entry, error, resumable: true };
}

export function expectation(checkpoint: string, met: boolean): RunEvent {
  const judged = { checkpoint, task: 'sst2', metric: 'acc,none', expected: '>= 0.6', actual: met ? 0.7 : 0.5, met, config: '/w/a.eval.yaml', config_path: 'tasks[0].expect.acc' };
  return { ...common(checkpoint), type: 'expectation', expectation: judged };
}
