import path from 'node:path';
import { isConfigName } from '../config/config-kind';
import { parseEvalConfig, type ParsedConfig } from '../config/eval-config';
import { readFromDisk, type ReadText } from '../config/text-files';
import { entriesBelow } from '../files/path-pattern';
import { Believed, type Visit } from './believed';

/** Entries of a workspace that are looked at for configs, and configs that are read. */
const MOST_ENTRIES = 20_000;
const MOST_CONFIGS = 100;

/** Where a config's tasks are looked for. A group file says nothing of that: it is looked at with the include paths of the workspace's configs. */
export async function includePathOf({ kind, config, source }: ParsedConfig, workspace: string, read: ReadText = readFromDisk): Promise<readonly string[]> {
  if (kind !== 'group') return config.includePath;
  const found = await known.get(workspace, read.disk?.revision ?? null, (visit) => configsBelow(workspace, visit));
  const configs = found.filter((file) => file !== source.file);
  const folders = await Promise.all(configs.slice(0, MOST_CONFIGS).map((file) => read(file).then((text) => parseEvalConfig(text, file).config.includePath, (): readonly string[] => [])));
  return [...new Set(folders.flat())];
}

const known = new Believed<readonly string[]>();

async function configsBelow(workspace: string, visit: Visit): Promise<readonly string[]> {
  const files = await entriesBelow(workspace, { kind: 'files', most: MOST_ENTRIES, visit }).catch((): string[] => []);
  return files.filter(isConfigName).map((file) => path.join(workspace, file));
}
