/** results_<timestamp>.json of a finished run, with the keys of lm-evaluation-harness 0.4.13. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ModelInfo, SpecialToken } from '../model/language-model';
import type { RunReport } from '../protocol/results';
import { fileNamesOf } from '../files/file-name';
import { writeWhole } from '../files/write-whole';
import type { RunResults } from './execute';
import { allGroups } from './group-results';
import type { JournalReader, JournalWriter } from './journal';
import { type GroupFacts, leafNames, type RunPlan } from './plan';
import { writeSamples } from './samples-file';

/** What the results file says beside the plan and the numbers. */
export type ResultsFacts = {
  readonly versions: Readonly<Record<string, string>>;
  readonly specialTokens: ModelInfo['specialTokens'];
  /** The template that made prompts of conversations; null: none, or a server's own. */
  readonly chatTemplate: string | null;
};

/**
 * Writes results and samples; files of an earlier finish of the same run are replaced once all are there. Each file is whole or not there.
 * Rejects with `cannot-write` and `cancelled`.
 */
export async function writeResults(
  plan: RunPlan,
  results: RunResults,
  report: RunReport,
  told: ResultsFacts,
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
    writeWhole(join(plan.folder, name), [JSON.stringify(resultsFile(plan, results, report, told, now, hashes), null, 2), '\n']);
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

function resultsFile(plan: RunPlan, results: RunResults, report: RunReport, told: ResultsFacts, now: Date, hashes: ReadonlyMap<string, string>): object {
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
    pretty_env_info: environmentText(told.versions),
    // Neither is there.
    transformers_version: 'N/A',
    lm_eval_version: 'N/A',
    upper_git_hash: null,
    ...tokenizerKeys(told.specialTokens),
    versions_of: told.versions,
    intervals: report.intervals,
    signatures: report.signatures,
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
    system_instruction_sha: options.systemInstruction === null ? null : sha256(options.systemInstruction),
    fewshot_as_multiturn: options.applyChatTemplate !== false && finished.every(({ facts }) => (facts.definition as Readonly<Record<string, unknown>>)['fewshot_as_multiturn'] !== false),
    chat_template: told.chatTemplate,
    chat_template_sha: told.chatTemplate === null ? null : sha256(told.chatTemplate),
    ...(report.taken_over !== undefined && { taken_over: report.taken_over }),
    total_evaluation_time_seconds: String(report.timing.seconds),
  };
}

/** `[token, "id"]`, as the harness writes them; Python's None is `None` there. */
function tokenizerKeys(tokens: ModelInfo['specialTokens']): Record<string, unknown> {
  if (tokens === undefined) return {};
  const key = ({ token, id }: SpecialToken): readonly [string | null, string] => [token, id === null ? 'None' : String(id)];
  return { tokenizer_pad_token: key(tokens.pad), tokenizer_eos_token: key(tokens.eos), tokenizer_bos_token: key(tokens.bos), eot_token_id: tokens.eos.id };
}

function environmentText(versions: Readonly<Record<string, string>>): string {
  const named = Object.entries(versions).map(([name, version]) => `${name}: ${version}`);
  return [...named, `os: ${platform()} ${release()} ${arch()}`, `cpu: ${cpus()[0]?.model.trim() ?? 'unknown'} x ${cpus().length}`, `memory: ${Math.round(totalmem() / 2 ** 30)} GiB`].join('\n');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A metric on which the tasks of a group disagree is null. */
function mergedBetter(group: GroupFacts, tasks: ReadonlyMap<string, Readonly<Record<string, boolean>>>): Record<string, boolean | null> {
  const merged = new Map<string, boolean | null>();
  for (const [metric, better] of leafNames(group).flatMap((name) => Object.entries(tasks.get(name) ?? {}))) {
    merged.set(metric, merged.has(metric) && merged.get(metric) !== better ? null : better);
  }
  return Object.fromEntries(merged);
}
