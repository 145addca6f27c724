/** What the command line says over a config (contract: command line > task entry > task file > config > default). */
import type { CheckpointEntry, EvalConfig } from '../config/definition';
import { ENDPOINT_DEFAULTS } from '../config/endpoint-entry';
import { plainEntry } from '../config/task-entry';
import type { EvaluationOverrides } from '../protocol/commands';

/** `num_fewshot` and `limit` of the command line stay apart: they stand above task entries, not in the config's place. */
export function withOverrides(config: EvalConfig, overrides: EvaluationOverrides): EvalConfig {
  return {
    ...config,
    ...(overrides.checkpoints !== undefined && { checkpoints: overrides.checkpoints.map(checkpointEntry) }),
    ...(overrides.tasks !== undefined && { tasks: overrides.tasks.map((task, index) => plainEntry(task, '', `tasks[${index}]`)) }),
    ...(overrides.includePath !== undefined && { includePath: [...config.includePath, ...overrides.includePath] }),
    ...(overrides.bootstrapIters !== undefined && { bootstrapIters: overrides.bootstrapIters }),
    ...(overrides.precision !== undefined && { precision: overrides.precision }),
    ...(overrides.output !== undefined && { outputPath: overrides.output }),
  };
}

function checkpointEntry(named: string | { readonly endpoint: string; readonly model: string }, index: number): CheckpointEntry {
  const configPath = `checkpoints[${index}]`;
  if (typeof named === 'string') return { kind: 'path', pattern: named, name: null, tokenizer: null, configPath };
  return { ...ENDPOINT_DEFAULTS, ...named, kind: 'endpoint', name: null, configPath };
}
