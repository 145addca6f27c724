/** The caches of the fixtures, as Python's libraries left them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetSource } from '../../src/config/definition';

export const fixtures = join(__dirname, '../fixtures/hub');

/** An empty folder, and `unpacked`: a hub cache with links in it. */
export function cacheFolder(): { readonly root: string; readonly unpacked: () => string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'assay-hub-'));
  return {
    root,
    unpacked: () => {
      execFileSync('tar', ['xzf', join(fixtures, 'hub.tar.gz'), '-C', root]);
      return join(root, 'hub');
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}

/** Sets the variables that say where caches are, and takes the others away; gives back what undoes it. */
export function caches(variables: Readonly<Record<string, string>>): () => void {
  const names = ['HF_HOME', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_DATASETS_CACHE', 'HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE', 'TRANSFORMERS_OFFLINE'];
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

export function hubSource(path: string, name: string | null = null, parts: Partial<DatasetSource> = {}): DatasetSource {
  return { path, name, dataFiles: null, kwargs: {}, base: '/nowhere', ...parts };
}
