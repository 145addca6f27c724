/** results_<timestamp>.json of a finished run, with the keys of lm-evaluation-harness 0.4.13. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunReport } from '../protocol/results';
import { fileNamesOf } from '../files/file-name';
import { writeWhole } from '../files/write-whole';
import type { RunResults } from './execute';
import { allGroups } from './group-results';
import type { JournalReader, JournalWriter } from './journal';
import { type GroupFacts, leafNames, type RunPlan } from './plan';
import { writeSamples } from './samples-file';

/**
 * Writes results and samples; files of an earlier finish of the same run are replaced once all are there. Each file is whole or not there.
 * Rejects with `cannot-write` and `cancelled`.
 */
export async function writeResults(
  plan: RunPlan,
  results: RunResults,
  report: RunReport,
  versions: Readonly<Record<string, string>>,
  now: Date,
  journal: JournalReader | JournalWriter,
  signal: AbortSignal,
): Promise<void> {
  const stamp = now.toISOString().replaceAll(':', '-').replace('Z', '');
  const earlier = readdirSync(plan.folder).filter((name) => /^(results|samples)_/.test(name));
  const written: string[] = [];
  try {
    const hashes = new Map<string, string>();
    if (plan.options.logSamples) {
      const names = sampleNames(plan);
      for (const [task, { run }] of results.tasks) {
        const name = `samples_${names.get(task) ?? task}_${stamp}.jsonl`;
        written.push(name);
        hashes.set(task, await writeSamples(join(plan.folder, name), run, journal, signal));
      }
    }
    const name = `results_${stamp}.json`;
    written.push(name);
    writeWhole(join(plan.folder, name), [JSON.stringify(resultsFile(plan, results, report, versions, now, hashes), null, 2), '\n']);
  } catch (error) {
    for (const name of written) rmSync(join(plan.folder, name), { force: true });
    throw error;
  }
  for (const name of earlier) if (!written.includes(name)) rmSync(join(plan.folder, name), { force: true });
}

/** The part of a samples file's name that stands for its task. */
export function sampleNames({ tasks }: Pick<RunPlan, 'tasks'>): Map<string, string> {
  return fileNamesOf(tasks.map(({ name }) => name));
}

function resultsFile(plan: RunPlan, results: RunResults, report: RunReport, versions: Readonly<Record<string, string>>, now: Date, hashes: ReadonlyMap<string, string>): object {
  const finished = [...results.tasks.values()];
  const { checkpoint, options } = plan;
  const { name } = checkpoint;
  const better = new Map(finished.map(({ facts }) => [facts.name, Object.fromEntries(facts.metrics.map((metric) => [metric.name, metric.higherIsBetter]))]));
  const groups = allGroups(plan.groups);
  return {
    results: report.results,
    ...(Object.keys(report.groups).length > 0 && { groups: report.groups }),
    group_subtasks: report.group_subtasks,
    configs: Object.fromEntries(finished.map(({ facts }) => [facts.name, facts.definition])),
    versions: Object.fromEntries([...finished.map(({ facts }) => [facts.name, facts.version] as const), ...groups.map(({ group, version }) => [group, version] as const)]),
    'n-shot': report['n-shot'],
    higher_is_better: Object.fromEntries([...better, ...groups.map((group) => [group.group, mergedBetter(group, better)] as const)]),
    'n-samples': report['n-samples'],
    config: {
      model: 'assay',
      model_args: checkpoint.served === undefined ? { pretrained: checkpoint.path, dtype: options.precision === 'int8' ? 'int8' : 'float32' } : { model: checkpoint.served.model, base_url: checkpoint.served.endpoint },
      model_num_parameters: checkpoint.parameters,
      model_dtype: checkpoint.served !== undefined ? null : options.precision === 'int8' ? 'int8' : 'torch.float32',
      model_revision: 'main',
      model_sha: '',
      batch_size: 'auto',
      batch_sizes: [],
      device: plan.device?.kind ?? null,
      use_cache: null,
      limit: options.limit,
      bootstrap_iters: options.bootstrapIters,
      gen_kwargs: options.genKwargs ?? {},
      random_seed: 0,
      numpy_seed: options.seed,
      torch_seed: options.seed,
      fewshot_seed: options.seed,
    },
    git_hash: null,
    date: now.getTime() / 1000,
    versions_of: versions,
    intervals: report.intervals,
    confidence: options.confidence,
    max_length: checkpoint.maxLength,
    device_profile: plan.device,
    precision: options.precision,
    ...(report.approximate === true && { approximate: true }),
    task_hashes: Object.fromEntries(hashes),
    model_source: 'assay',
    model_name: name,
    model_name_sanitized: name.replaceAll(/["<>:/|\\?*[\]]+/g, '__'),
    system_instruction: options.systemInstruction,
    system_instruction_sha: options.systemInstruction === null ? null : createHash('sha256').update(options.systemInstruction, 'utf8').digest('hex'),
    fewshot_as_multiturn: options.applyChatTemplate !== false && finished.every(({ facts }) => (facts.definition as Readonly<Record<string, unknown>>)['fewshot_as_multiturn'] !== false),
    ...(report.taken_over !== undefined && { taken_over: report.taken_over }),
    total_evaluation_time_seconds: String(report.timing.seconds),
  };
}

/** A metric on which the tasks of a group disagree is null. */
function mergedBetter(group: GroupFacts, tasks: ReadonlyMap<string, Readonly<Record<string, boolean>>>): Record<string, boolean | null> {
  const merged = new Map<string, boolean | null>();
  for (const [metric, better] of leafNames(group).flatMap((name) => Object.entries(tasks.get(name) ?? {}))) {
    merged.set(metric, merged.has(metric) && merged.get(metric) !== better ? null : better);
  }
  return Object.fromEntries(merged);
}
