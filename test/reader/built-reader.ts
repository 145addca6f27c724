import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(__dirname, '../..');

/**
 * The reader process as the sources are now, in a folder of its own; `remove` takes it away. `before` is JavaScript that runs
 * first: a way to make the process misbehave.
 */
export async function builtReader(before = ''): Promise<{ script: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-reader-'));
  const script = join(folder, 'reader.js');
  await build({
    entryPoints: [join(root, 'src/reader/process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // A scope of its own: its names are not those of the bundle.
    banner: { js: `{ ${before} }` },
    logLevel: 'silent',
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  return { script, remove: () => rmSync(folder, { recursive: true }) };
}
