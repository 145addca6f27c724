// Builds dist/: one bundle a process, and the results page. `--watch` rebuilds on change.
import { build, context } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tokenizerHalf } from './build/tokenizer-half.mjs';

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
  plugins: [tokenizerHalf],
};

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { evaluator: 'src/evaluator/process.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { reader: 'src/reader/process.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { tokenizer: 'src/checkpoint/tokenizer/process.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { model: 'src/model/onnx/process.ts' }, outdir: 'dist' },
  { ...node, entryPoints: { 'cli-main': 'src/cli/main.ts' }, outdir: 'dist' },
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

// A Node that is too old cannot even read the bundle: what says so stands in a file of its own, in words that every Node reads.
const launcher = `#!/usr/bin/env node
var version = process.versions.node;
if (parseInt(version, 10) < 20) {
  var message = 'assay needs Node 20 or newer; this is ' + version + ' (' + process.execPath + ').';
  var error = { checkpoint: null, task: null, code: 'node-too-old', message: message, file: null };
  if (process.argv.indexOf('--json') >= 0) process.stdout.write(JSON.stringify({ version: 1, runs: [], comparisons: [], expectations: [], errors: [error] }) + '\\n');
  process.stderr.write('error: ' + message + '\\n');
  process.exitCode = 2;
} else {
  require('./cli-main.js');
}
`;

mkdirSync('dist', { recursive: true });
writeFileSync('dist/cli.js', launcher, { mode: 0o755 });
// The sources are ES modules by syntax; what is built is CommonJS, which VS Code loads everywhere.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');

if (process.argv.includes('--watch')) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
