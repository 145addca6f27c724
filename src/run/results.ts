/**
 * The files of a finished run: results_<timestamp>.json and samples_<task>_<timestamp>.jsonl, with the keys of
 * lm-evaluation-harness 0.4.13. Each file is whole or not there.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunReport } from '../protocol/results';
import { dumps } from '../python/json';
import type { PyValue } from '../python/value';
import { sampleLineText } from '../task/sample-line';
import { writeWhole } from '../files/write-whole';
import type { RunResults } from './execute';
import type { FinishedTask } from './task-results';
import type { RunPlan } from './plan';

/** Writes results and samples; files of an earlier finish of the same run are replaced. Returns the results file. */
export function writeResults(plan: RunPlan, results: RunResults, report: RunReport, versions: Readonly<Record<string, string>>, now: Date): string {
  const stamp = now.toISOString().replaceAll(':', '-').replace('Z', '');
  const earlier = readdirSync(plan.folder).filter((name) => /^(results|samples)_/.test(name));
  if (plan.options.logSamples) {
    for (const task of results.tasks.values()) {
      writeWhole(join(plan.folder, `samples_${task.run.task.name.replaceAll(/[\\/]/g, '_')}_${stamp}.jsonl`), sampleLines(task));
    }
  }
  const file = join(plan.folder, `results_${stamp}.json`);
  writeWhole(file, [JSON.stringify(resultsFile(plan, results, report, versions, now), null, 2), '\n']);
  for (const name of earlier) rmSync(join(plan.folder, name), { force: true });
  return file;
}

/** All documents of the first filter, then of the next. */
function* sampleLines({ run }: FinishedTask): Generator<string> {
  const { task } = run;
  const columns = task.metrics.map((_, column) => run.values(column));
  for (const filter of task.filters) {
    for (let index = 0; index < task.documents.length; index++) {
      const document = task.document(index);
      const values = columns.flatMap((column) => column[index] ?? []);
      const names = task.metrics.map(({ metric }) => metric.name);
      yield `${sampleLineText(document, run.responsesOf(document), filter, names, values)}\n`;
    }
  }
}

function resultsFile(plan: RunPlan, results: RunResults, report: RunReport, versions: Readonly<Record<string, string>>, now: Date): object {
  const finished = [...results.tasks.values()];
  const { checkpoint, options } = plan;
  const { name } = checkpoint;
  return {
    results: report.results,
    ...(Object.keys(report.groups).length > 0 && { groups: report.groups }),
    group_subtasks: report.group_subtasks,
    configs: Object.fromEntries(finished.map(({ run }) => [run.task.name, JSON.parse(dumps(run.task.definition.raw as PyValue)) as unknown])),
    versions: Object.fromEntries([
      ...finished.map(({ run }) => [run.task.name, versionOf(run.task.definition.metadata, 'Yaml')] as const),
      ...plan.groups.map((group) => [group.group, versionOf(group.metadata, 'N/A')] as const),
    ]),
    'n-shot': report['n-shot'],
    higher_is_better: Object.fromEntries(
      finished.map(({ run }) => [run.task.name, Object.fromEntries(run.task.metrics.map(({ metric, higherIsBetter }) => [metric.name, higherIsBetter]))]),
    ),
    'n-samples': report['n-samples'],
    config: {
      model: 'assay',
      model_args: { pretrained: checkpoint.path, dtype: 'float32' },
      model_num_parameters: checkpoint.parameters,
      model_dtype: 'torch.float32',
      batch_size: 'auto',
      device: 'cpu',
      limit: options.limit,
      bootstrap_iters: options.bootstrapIters,
      gen_kwargs: {},
      random_seed: 0,
      numpy_seed: options.seed,
      torch_seed: options.seed,
      fewshot_seed: options.seed,
    },
    date: now.getTime() / 1000,
    versions_of: versions,
    intervals: report.intervals,
    confidence: options.confidence,
    max_length: checkpoint.maxLength,
    model_source: 'assay',
    model_name: name,
    model_name_sanitized: name.replaceAll(/["<>:/|\\?*[\]]+/g, '__'),
    system_instruction: options.systemInstruction,
    fewshot_as_multiturn: options.applyChatTemplate !== false,
    total_evaluation_time_seconds: String(report.timing.seconds),
  };
}

function versionOf(metadata: ReadonlyMap<string, PyValue>, otherwise: string): number | string {
  const version = metadata.get('version');
  if (typeof version === 'bigint') return Number(version);
  return typeof version === 'number' || typeof version === 'string' ? version : otherwise;
}
