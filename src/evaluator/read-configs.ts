/** Eval configs of a request as they lie on disk, with what the command line says over them. */
import path from 'node:path';
import { includePathOf } from '../catalog/include-path';
import type { EvalConfig } from '../config/definition';
import { defaults, parseEvalConfig } from '../config/eval-config';
import { lineColumn } from '../config/line-column';
import type { ConfigSource } from '../config/source';
import { readFromDisk, unread } from '../config/text-files';
import type { EvaluationRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import type { Problem } from '../protocol/problem';
import { withOverrides } from './overrides';

export type ReadConfig = { readonly config: EvalConfig; readonly source: ConfigSource | null } | { readonly errors: readonly AssayError[] };

/** Configs of the request with overrides and the entry that was asked for; one without a file where only flags say what runs. */
export async function readConfigs(request: Pick<EvaluationRequest, 'configs' | 'overrides' | 'onlyEntry' | 'workspace'>): Promise<ReadConfig[]> {
  const { configs, overrides, onlyEntry, workspace } = request;
  if (configs.length === 0) {
    const bare = { ...defaults(null), outputPath: path.resolve(workspace, '.assay', 'runs') };
    return [{ config: withOverrides(bare, overrides), source: null }];
  }
  return Promise.all(
    configs.map(async (file): Promise<ReadConfig> => {
      const text = await readConfig(file);
      if (text instanceof AssayError) return { errors: [text] };
      const parsed = parseEvalConfig(text, file);
      const { config, source, problems } = parsed;
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) return { errors: errors.map((problem) => problemError(problem, text)) };
      const whole = withOverrides({ ...config, includePath: await includePathOf(parsed, workspace) }, overrides);
      return { config: onlyEntry === undefined ? whole : { ...whole, tasks: whole.tasks.filter(({ configPath }) => configPath === onlyEntry) }, source };
    }),
  );
}

async function readConfig(file: string): Promise<string | AssayError> {
  try {
    return await readFromDisk(file);
  } catch (error) {
    const { code, args } = unread(file, error);
    return new AssayError(code, args, { file }, { cause: error });
  }
}

function problemError({ code, args, file, range }: Problem, text: string): AssayError {
  return new AssayError(code, args, { file, ...lineColumn(text, range.start) });
}
