import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(__dirname, '../../..');

/** The model process as the sources are now, in a folder of its own; `remove` takes it away. */
export async function builtModelProcess(): Promise<{ script: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-local-model-'));
  // The engine's binary is found from where the bundle lies.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const script = join(folder, 'model.js');
  await build({
    entryPoints: [join(root, 'src/model/onnx/process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'silent',
  });
  return { script, remove: () => rmSync(folder, { recursive: true }) };
}

/** Whether a process is still there, a zombie included. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
