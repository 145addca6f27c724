import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = join(__dirname, '../..');

/** One forbidden import for each rule: rule -> [file it is added to, the import]. */
const planted: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'vscode-only-in-editor': ['src/run/planted-editor.ts', "import * as vscode from 'vscode';\nexport default vscode.version;"],
  'onnxruntime-only-in-model-onnx': ['src/model/local/planted.ts', "import * as ort from 'onnxruntime-node';\nexport default ort;"],
  'face-knows-little': ['src/cli/planted.ts', "import '../metrics/metric';"],
  'editor-not-in-memory': ['src/editor/planted.ts', "import '../cli/main';"],
  'processes-knows-errors-only': ['src/processes/planted.ts', "import '../checkpoint/checkpoint';"],
  'metrics-statistics-pure': ['src/statistics/planted.ts', "import { readFileSync } from 'node:fs';\nexport default readFileSync;"],
  'task-not-model': ['src/task/planted-model.ts', "import '../model/onnx/wire';"],
  'jinja-knows-python-only': ['src/jinja/planted.ts', "import { readFileSync } from 'node:fs';\nexport default readFileSync;"],
  'who-renders-templates': ['src/run/planted-template.ts', "import '../jinja/template';"],
  'editor-reads-no-file': ['src/editor/planted-list.ts', "import '../catalog/checkpoint-list';"],
  'model-not-task': ['src/model/planted.ts', "import '../task/prepared';"],
  'architecture-knows-no-engine': ['src/architecture/planted.ts', "import { readFileSync } from 'node:fs';\nexport default readFileSync;"],
  'protocol-imports-nothing': ['src/protocol/planted.ts', "import '../python/value';"],
  'nobody-imports-faces': ['src/run/planted-face.ts', "import '../cli/main';"],
  'webview-stands-alone': ['webview/planted.ts', "import '../src/config/definition';"],
  'only-dataset-reads-data': ['src/task/planted-data.ts', "import { parse } from 'csv-parse/sync';\nexport default parse;"],
  'run-read-without-metrics': ['src/run/read.ts', "import '../metrics/metric';"],
  'no-circular': ['src/python/planted.ts', "import { planted } from './planted';\nexport const again = (): unknown => planted;\nexport { again as planted };"],
};

type Violation = { readonly from: string; readonly rule: { readonly name: string } };

/** What is refused in a copy of the tree that holds every planted import. */
function violations(): readonly Violation[] {
  // Inside the repository, so that packages resolve as they do for the real sources.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const copy = mkdtempSync(join(root, 'dist/house-'));
  after(() => rmSync(copy, { recursive: true }));
  for (const part of ['src', 'webview', 'tsconfig.json', '.dependency-cruiser.cjs']) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, text] of Object.values(planted)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    appendFileSync(join(copy, file), `\n${text}\n`);
  }
  const cruise = ['src', 'webview', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const run = spawnSync(join(root, 'node_modules/.bin/depcruise'), cruise, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 });
  return (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

test('each rule refuses the import that was planted against it, and nothing else in the tree breaks a rule', () => {
  const refused: Record<string, string[]> = {};
  for (const { from, rule } of violations()) refused[rule.name] = [...new Set([...(refused[rule.name] ?? []), from])];
  assert.deepEqual(refused, Object.fromEntries(Object.entries(planted).map(([rule, [file]]) => [rule, [file]])));
});

test('every rule of the linter has its planted import', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the configuration is CommonJS
  const config = require(join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };
  assert.deepEqual(config.forbidden.map((rule) => rule.name).sort(), Object.keys(planted).sort());
});
