import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = join(__dirname, '../..');
// Inside the repository, so that packages resolve as they do for the real sources.
mkdirSync(join(root, 'dist'), { recursive: true });
const copy = mkdtempSync(join(root, 'dist/house-'));
after(() => rmSync(copy, { recursive: true }));
cpSync(join(root, 'src'), join(copy, 'src'), { recursive: true });
cpSync(join(root, 'webview'), join(copy, 'webview'), { recursive: true });
cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'));
cpSync(join(root, '.dependency-cruiser.cjs'), join(copy, '.dependency-cruiser.cjs'));
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

/** Violated rules of the copied tree, by name. */
function violations(): string[] {
  const run = spawnSync(join(root, 'node_modules/.bin/depcruise'), ['src', 'webview', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const report = JSON.parse(run.stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return report.summary.violations.map((violation) => violation.rule.name);
}

/** One forbidden import for each rule: rule -> [file, its text]. */
const planted: Record<string, [file: string, text: string]> = {
  'vscode-only-in-editor': ['src/run/planted.ts', "import * as vscode from 'vscode';\nexport default vscode.version;"],
  'onnxruntime-only-in-model-onnx': ['src/model/local/planted.ts', "import * as ort from 'onnxruntime-node';\nexport default ort;"],
  'face-knows-little': ['src/cli/planted.ts', "import '../metrics/metric';"],
  'editor-not-in-memory': ['src/editor/planted.ts', "import '../cli/main';"],
  'metrics-statistics-pure': ['src/statistics/planted.ts', "import { readFileSync } from 'node:fs';\nexport default readFileSync;"],
  'task-not-model': ['src/task/planted.ts', "import '../model/onnx/wire';"],
  'model-not-task': ['src/model/planted.ts', "import '../task/prepared';"],
  'protocol-imports-nothing': ['src/protocol/planted.ts', "import '../python/value';"],
  'nobody-imports-faces': ['src/run/planted.ts', "import '../cli/main';"],
  'webview-stands-alone': ['webview/planted.ts', "import '../src/config/definition';"],
  'only-dataset-reads-data': ['src/task/planted.ts', "import { parse } from 'csv-parse/sync';\nexport default parse;"],
  'run-read-without-metrics': ['src/run/read.ts', "import '../metrics/metric';"],
  'no-circular': ['src/python/planted.ts', "import { b } from './planted-b';\nexport const a = (): unknown => b;"],
};

test('the tree as it is breaks no rule', () => assert.deepEqual(violations(), []));

for (const [rule, [file, text]] of Object.entries(planted)) {
  test(`a planted import is refused: ${rule}`, () => {
    const target = join(copy, file);
    const partner = join(copy, 'src/python/planted-b.ts');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    if (rule === 'no-circular') writeFileSync(partner, "import { a } from './planted';\nexport const b = (): unknown => a;");
    try {
      assert.ok(violations().includes(rule), `${rule} let ${file} through`);
    } finally {
      rmSync(target);
      rmSync(partner, { force: true });
    }
  });
}

test('every rule of the linter has its planted import', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the configuration is CommonJS
  const config = require(join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };
  assert.deepEqual(config.forbidden.map((rule) => rule.name).sort(), Object.keys(planted).sort());
});
