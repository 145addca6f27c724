// npm test: builds, type-checks, lints, then runs every test; the editor tests run in real VS Code, one at a time.
// `node test/run.mjs unit` leaves the editor out; `node test/run.mjs test/metrics` runs what lies below a folder.
// Each step counts as one check. A skipped test counts as failed: it has not been seen to work.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const what = process.argv[2] ?? 'all';
const counts = { passed: 0, failed: 0 };
// What the tests remember of files goes with them, never into the person's own cache.
const cache = mkdtempSync(join(tmpdir(), 'assay-cache-'));
process.env.ASSAY_CACHE = cache;
const npx = (tool) => join(root, 'node_modules/.bin', tool);

function step(name, command, args) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) counts.passed++;
  else counts.failed++;
  if (status !== 0) console.log(`FAILED: ${name}`);
  return status === 0;
}

function testFiles(below, ending) {
  return readdirSync(join(root, below), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('test/fixtures/'))
    .sort();
}

function nodeTests(name, files, concurrency) {
  console.log(`\n== ${name}: ${files.length} files`);
  if (files.length === 0) return void counts.failed++;
  const folder = mkdtempSync(join(tmpdir(), 'assay-tests-'));
  const tally = join(folder, 'tally');
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--test', `--test-concurrency=${concurrency}`, '--test-reporter=spec', '--test-reporter-destination=stdout',
      '--test-reporter=./test/tally.mjs', `--test-reporter-destination=${tally}`, ...files],
    { cwd: root, stdio: 'inherit' },
  );
  const { passed, failed } = JSON.parse(readFileSync(tally, 'utf8') || '{"passed":0,"failed":1}');
  rmSync(folder, { recursive: true });
  counts.passed += passed;
  counts.failed += failed;
  if (status !== 0 && failed === 0) counts.failed++;
}

const wholeHouse = what === 'all' || what === 'unit';
if (wholeHouse) {
  const built = step('build', process.execPath, ['esbuild.mjs']);
  if (!built) finish();
  step('types: src and test', npx('tsc'), ['--noEmit', '-p', '.']);
  step('types: webview', npx('tsc'), ['--noEmit', '-p', 'webview']);
  step('lint', npx('eslint'), ['.']);
  step('imports', npx('depcruise'), ['src', 'webview', '--config', '.dependency-cruiser.cjs', '--output-type', 'err']);
  nodeTests('unit and conformance', testFiles('test', '.test.ts'), availableParallelism());
}
if (what === 'all' || what === 'editor') {
  if (step('VS Code from npm', process.execPath, ['--import', 'tsx', 'test/editor/install.ts'])) nodeTests('editor', testFiles('test/editor', '.spec.ts'), 1);
}
if (!wholeHouse && what !== 'editor') nodeTests(what, testFiles(what, '.test.ts'), availableParallelism());
finish();

function finish() {
  rmSync(cache, { recursive: true });
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 ? 0 : 1);
}
