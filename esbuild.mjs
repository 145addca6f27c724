// Builds dist/: one bundle a process, and the results page. `--watch` rebuilds on change.
import { build, context } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';

const node = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  sourcesContent: false,
  minifySyntax: true,
  logLevel: 'warning',
  // Native modules load their binaries by path, so they stay in node_modules.
  external: ['vscode', 'onnxruntime-node', 'tokenizers'],
  // Only the text half of transformers.js is used; sharp reads images.
  alias: { sharp: './src/checkpoint/tokenizer/no-images.ts' },
};

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { evaluator: 'src/evaluator/process.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { model: 'src/model/onnx/process.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, outdir: 'dist', banner: { js: '#!/usr/bin/env node' } },
  {
    entryPoints: { webview: 'webview/main.ts' },
    outdir: 'dist',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  },
  { entryPoints: { webview: 'webview/style.css' }, outdir: 'dist', bundle: true, minify: true, logLevel: 'warning' },
];

mkdirSync('dist', { recursive: true });
// The sources are ES modules by syntax; what is built is CommonJS, which VS Code loads everywhere.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');

if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
