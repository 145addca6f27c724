import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { tokenizerHalf } from '../../../build/tokenizer-half.mjs';

const root = join(__dirname, '../../..');

/** The model process and the tokenizer process beside it, as the sources are now, in a folder of their own; `remove` takes it away. */
export async function builtModelProcess(): Promise<{ script: string; tokenizer: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-local-model-'));
  // The engine's binary is found from where the bundle lies.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  await build({
    entryPoints: { model: join(root, 'src/model/onnx/process.ts'), tokenizer: join(root, 'src/checkpoint/tokenizer/process.ts') },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['onnxruntime-node', 'tokenizers'],
    alias: { sharp: join(root, 'src/checkpoint/tokenizer/no-images.ts') },
    plugins: [tokenizerHalf],
    logLevel: 'silent',
  });
  return { script: join(folder, 'model.js'), tokenizer: join(folder, 'tokenizer.js'), remove: () => rmSync(folder, { recursive: true }) };
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
