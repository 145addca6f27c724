// npm test: builds, type-checks, lints, then runs every test; the editor tests run in real VS Code, one at a time.
// `node test/run.mjs unit` leaves the editor out; `node test/run.mjs test/metrics` runs what lies below a folder.
// The checks of the text go on beside the tests. Each step counts as one check. A skipped test counts as failed: it has not been seen to work.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTests } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const what = process.argv[2] ?? 'all';
const counts = { passed: 0, failed: 0 };
// What the tests remember of files goes with them, never into the person's own cache.
const temporary = mkdtempSync(join(tmpdir(), 'assay-tests-'));
process.env.ASSAY_CACHE = join(temporary, 'cache');
const npx = (tool) => join(root, 'node_modules/.bin', tool);

/** Starts a command; its exit status. What it says comes in one piece, or as it is said. */
function run(command, args, { live = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => said.push(part));
    child.once('error', (error) => resolve({ status: 1, text: String(error) }));
    child.once('close', (status) => resolve({ status, text: Buffer.concat(said).toString() }));
  });
}

async function step(name, command, args) {
  const { status, text } = await run(command, args);
  console.log(`\n== ${name}\n${text}${status === 0 ? '' : `FAILED: ${name}`}`);
  if (status === 0) counts.passed++;
  else counts.failed++;
  return status === 0;
}

function testFiles(below, ending) {
  return readdirSync(join(root, below), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('test/fixtures/'))
    .sort();
}

async function nodeTests(name, options, files) {
  console.log(`\n== ${name}: ${files.length} files`);
  if (files.length === 0) return void counts.failed++;
  const tally = join(temporary, `tally-${name.replaceAll(/\W/g, '-')}`);
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./test/tally.mjs', `--test-reporter-destination=${tally}`];
  const { status } = await run(process.execPath, [...options, '--test', ...reporters, ...files], { live: true });
  const { passed, failed } = JSON.parse(readFileSync(tally, 'utf8') || '{"passed":0,"failed":1}');
  counts.passed += passed;
  counts.failed += failed;
  if (status !== 0 && failed === 0) counts.failed++;
}

async function unitTests(name, below) {
  const bundles = await bundleTests(root, testFiles(below, '.test.ts'));
  await nodeTests(name, ['--enable-source-maps', `--test-concurrency=${availableParallelism()}`], bundles);
}

async function textChecks() {
  await step('lint', npx('eslint'), ['.']);
  await step('types: src and test', npx('tsc'), ['--noEmit', '-p', '.']);
  await step('types: webview', npx('tsc'), ['--noEmit', '-p', 'webview']);
  await step('imports', npx('depcruise'), ['src', 'webview', '--config', '.dependency-cruiser.cjs', '--output-type', 'err']);
}

if (what === 'all' || what === 'unit') {
  if (await step('build', process.execPath, ['esbuild.mjs'])) await Promise.all([textChecks(), unitTests('unit and conformance', 'test')]);
  else finish();
}
if (what === 'all' || what === 'editor') {
  const editor = await step('VS Code from npm', process.execPath, ['--import', 'tsx', 'test/editor/install.ts']);
  if (editor) await nodeTests('editor', ['--import', 'tsx', '--test-concurrency=1'], testFiles('test/editor', '.spec.ts'));
}
if (!['all', 'unit', 'editor'].includes(what)) await unitTests(what, what);
finish();

function finish() {
  rmSync(temporary, { recursive: true, force: true });
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 ? 0 : 1);
}
