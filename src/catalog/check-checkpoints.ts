import path from 'node:path';
import { joinPath } from '../config/config-path';
import type { EvalConfig } from '../config/definition';
import type { ProblemSink } from '../config/schema';
import { hint } from '../config/suggest';
import { tokenizerPlace } from '../checkpoint/tokenizer/place';
import { engineAvailability } from '../model/onnx/availability';
import { AssayError } from '../protocol/errors';
import { inspectUnchanged } from './inspect-unchanged';
import { Believed } from './believed';
import { resolveCheckpoints, type ResolvedCheckpoint, type ResolvedCheckpoints } from './checkpoints';

type LocalCheckpoint = Extract<ResolvedCheckpoint, { readonly kind: 'local' }>;
type ServedModel = Extract<ResolvedCheckpoint, { readonly kind: 'endpoint' }>;

const resolved = new Believed<ResolvedCheckpoints>();

/** The checkpoints a config names, and what is wrong with them at their entries; with `expect` and `baseline` that name others. */
export async function checkCheckpoints(config: EvalConfig, workspace: string, sink: ProblemSink, revision: number | null): Promise<readonly ResolvedCheckpoint[]> {
  const named = config.baseline !== null || config.tasks.some(({ expect }) => expect.some(({ bounds }) => 'byCheckpoint' in bounds));
  // Searching the workspace takes long, and without names there is nothing to hold against what it finds.
  if (config.checkpoints.length === 0 && !named) return [];
  const missing = engineAvailability();
  if (missing !== null && config.checkpoints.some(({ kind }) => kind === 'path')) sink.at('checkpoints', missing.code, missing.args, 'key');
  const { checkpoints, failures } = await resolved.get(JSON.stringify([config.checkpoints, workspace]), revision, (visit) => resolveCheckpoints(config.checkpoints, workspace, visit));
  for (const { configPath, code, args } of failures) sink.at(entryPlace(configPath, sink, code === 'wrong-value' ? 'name' : 'path'), code, args);
  if (config.checkpoints.length > 0) {
    for (const checkpoint of checkpoints) {
      if (checkpoint.kind === 'endpoint') await checkServed(checkpoint, sink);
      else await checkLocal(checkpoint, checkpoints, sink, revision);
    }
  }
  checkNames(config, checkpoints.map(({ name }) => name), sink);
  return checkpoints;
}

/** The first problem of a checkpoint, and its warnings, at its entry. */
async function checkLocal(checkpoint: LocalCheckpoint, all: readonly ResolvedCheckpoint[], sink: ProblemSink, revision: number | null): Promise<void> {
  const { problems, warnings } = await inspectUnchanged(checkpoint.path, checkpoint.tokenizer, revision);
  const [problem] = problems;
  const place = (file: string | undefined): string => entryPlace(checkpoint.configPath, sink, file !== undefined && file === checkpoint.tokenizer ? 'tokenizer' : 'path');
  if (problem !== undefined) sink.at(place(problem.place.file), problem.code, withName(problem.args, checkpoint, all));
  for (const { code, args, place: { file } } of warnings) sink.at(place(file), code, args, 'value', 'warning');
}

/** A server is not asked while somebody writes; what lies here is looked at. */
async function checkServed({ tokenizer, configPath }: ServedModel, sink: ProblemSink): Promise<void> {
  if (tokenizer === null) return;
  try {
    await tokenizerPlace(tokenizer, tokenizer);
  } catch (thrown) {
    const { code, args } = AssayError.from(thrown);
    sink.at(joinPath(configPath, 'tokenizer'), code, args);
  }
}

function checkNames(config: EvalConfig, names: readonly string[], sink: ProblemSink): void {
  const check = (name: string, at: string, part: 'key' | 'value'): void => {
    if (!names.includes(name)) sink.at(at, 'unknown-checkpoint', { path: name, hint: hint(name, names) || ` This config has: ${names.join(', ')}.` }, part);
  };
  if (names.length === 0) return;
  if (config.baseline !== null) check(config.baseline, 'baseline', 'value');
  for (const { bounds, configPath } of config.tasks.flatMap(({ expect }) => expect)) {
    if ('byCheckpoint' in bounds) for (const name of Object.keys(bounds.byCheckpoint)) check(name, joinPath(configPath, name), 'key');
  }
}

/** One pattern may stand for several checkpoints: say which of them is meant. */
function withName(args: Readonly<Record<string, string | number>>, checkpoint: ResolvedCheckpoint, all: readonly ResolvedCheckpoint[]): Readonly<Record<string, string | number>> {
  const shared = all.filter(({ configPath }) => configPath === checkpoint.configPath).length > 1;
  const place = checkpoint.kind === 'local' ? path.basename(checkpoint.path) : '';
  return shared && args['detail'] !== undefined ? { ...args, detail: `${place}: ${args['detail']}` } : args;
}

function entryPlace(configPath: string, sink: ProblemSink, key: string): string {
  const inner = joinPath(configPath, key);
  return sink.source.rangeOf(inner) === null ? configPath : inner;
}
