/** What the command line says over a config (contract: command line > task entry > task file > config > default). */
import type { CheckpointEntry, EvalConfig } from '../config/definition';
import { ENDPOINT_DEFAULTS } from '../config/endpoint-entry';
import { plainEntry } from '../config/task-entry';
import type { EvaluationOverrides } from '../protocol/commands';
import { parseJson } from '../python/json';
import type { PyValue } from '../python/value';

/** `num_fewshot` and `limit` of the command line stay apart: they stand above task entries, not in the config's place. */
export function withOverrides(config: EvalConfig, overrides: EvaluationOverrides): EvalConfig {
  const changed: EvalConfig = {
    ...config,
    ...(overrides.checkpoints !== undefined && { checkpoints: overrides.checkpoints.map(checkpointEntry) }),
    ...(overrides.tasks !== undefined && { tasks: overrides.tasks.map((task, index) => plainEntry(task, '', `tasks[${index}]`)) }),
    ...(overrides.includePath !== undefined && { includePath: [...config.includePath, ...overrides.includePath] }),
    ...(overrides.bootstrapIters !== undefined && { bootstrapIters: overrides.bootstrapIters }),
    ...(overrides.precision !== undefined && { precision: overrides.precision }),
    ...(overrides.output !== undefined && { outputPath: overrides.output }),
    ...(overrides.applyChatTemplate !== undefined && { applyChatTemplate: overrides.applyChatTemplate }),
    ...(overrides.systemInstruction !== undefined && { systemInstruction: overrides.systemInstruction }),
    ...(overrides.genKwargs !== undefined && { genKwargs: { ...config.genKwargs, ...jsonObject(overrides.genKwargs) } }),
    ...(overrides.seed !== undefined && { seed: overrides.seed }),
  };
  const { fewshotAsMultiturn: multiturn } = overrides;
  return multiturn === undefined ? changed : { ...changed, tasks: changed.tasks.map((entry) => (entry.source.kind === 'perplexity' ? entry : { ...entry, overrides: new Map([...entry.overrides, ['fewshot_as_multiturn', multiturn]]) })) };
}

function jsonObject(text: string): Readonly<Record<string, PyValue>> {
  const parsed = parseJson(text);
  return parsed instanceof Map ? (Object.fromEntries(parsed) as Readonly<Record<string, PyValue>>) : {};
}

function checkpointEntry(named: string | { readonly endpoint: string; readonly model: string }, index: number): CheckpointEntry {
  const configPath = `checkpoints[${index}]`;
  if (typeof named === 'string') return { kind: 'path', pattern: named, name: null, tokenizer: null, configPath };
  return { ...ENDPOINT_DEFAULTS, ...named, kind: 'endpoint', name: null, configPath };
}
