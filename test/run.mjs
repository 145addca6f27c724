// npm test: builds, type-checks, lints, then runs every test; the editor tests run in real VS Code, one at a time.
// `node test/run.mjs unit` runs what starts no process, `system` what does (*.system.test.ts: commands, models, pages), `editor` what needs VS Code;
// `node test/run.mjs test/metrics` runs what lies below a folder.
// The checks of the text go on beside the tests. Each step counts as one check. A skipped test counts as failed: it has not been seen to work.
// A test that fails once and passes when its file is run again, alone, is named as unsteady.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTests } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const what = process.argv[2] ?? 'all';
const counts = { passed: 0, failed: 0 };
/** More files than this are no accident. */
const mostRunAgain = 3;
const unsteady = [];
// What the tests remember of files goes with them, never into the person's own cache.
const temporary = mkdtempSync(join(tmpdir(), 'assay-tests-'));
process.env.ASSAY_CACHE = join(temporary, 'cache');
// What stands in node_modules/.bin is a script of another kind on Windows.
const tool = (file) => join(root, 'node_modules', file);

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

/** Files where a test failed are run once more, alone: a test that passes then counts, and its file is named as unsteady at the end. */
async function nodeTests(name, options, files) {
  console.log(`\n== ${name}: ${files.length} files`);
  if (files.length === 0) return void counts.failed++;
  const first = await tallied(name, options, files);
  const failedFiles = files.filter((file) => [file, sourceOf(file)].some((name) => first.failedFiles.includes(join(root, name))));
  const isWorthIt = failedFiles.length > 0 && failedFiles.length <= mostRunAgain;
  if (isWorthIt) console.log(`\n== ${name}, once more and alone: ${failedFiles.length} files`);
  const { failed } = isWorthIt ? await tallied(`${name} again`, [...options, '--test-concurrency=1'], failedFiles) : first;
  counts.passed += Math.max(0, first.passed + first.failed - failed);
  counts.failed += failed;
  if (isWorthIt && failed === 0) unsteady.push(...failedFiles.map(sourceOf));
}

/** What a bundle was made of. */
function sourceOf(file) {
  return file.replace(/^\.tests[\\/]/, '').replace(/\.js$/, '.ts');
}

async function tallied(name, options, files) {
  const tally = join(temporary, `tally-${name.replaceAll(/\W/g, '-')}`);
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./test/tally.mjs', `--test-reporter-destination=${tally}`];
  const { status } = await run(process.execPath, [...options, '--test', ...reporters, ...files], { live: true });
  const said = readFileSync(tally, 'utf8');
  if (said === '') return { passed: 0, failed: 1, failedFiles: [] };
  const result = JSON.parse(said);
  console.log(`\nslowest: ${result.slowest.map(([file, seconds]) => `${relative(root, file)} ${seconds.toFixed(1)} s`).join(', ')}`);
  return status !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
}

/** What starts the product's processes or a browser. */
const isSystem = (file) => file.endsWith('.system.test.ts');

/** Unit tests first: they start no process, and see to it. */
async function bundledTests(below, kinds) {
  const files = testFiles(below, '.test.ts');
  const bundles = await bundleTests(root, files);
  for (const kind of kinds) {
    const own = bundles.filter((_, at) => isSystem(files[at]) === (kind === 'system'));
    const alone = kind === 'unit' ? ['--import', './test/no-processes.mjs'] : [];
    if (own.length > 0) await nodeTests(kind, ['--enable-source-maps', ...alone, `--test-concurrency=${availableParallelism()}`], own);
  }
}

async function textChecks() {
  await step('lint', process.execPath, [tool('eslint/bin/eslint.js'), '.']);
  await step('types: src and test', process.execPath, [tool('typescript/bin/tsc'), '--noEmit', '-p', '.']);
  await step('types: webview', process.execPath, [tool('typescript/bin/tsc'), '--noEmit', '-p', 'webview']);
  await step('imports', process.execPath, [tool('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', 'webview', '--config', '.dependency-cruiser.cjs', '--output-type', 'err']);
}

const kinds = what === 'all' ? ['unit', 'system'] : ['unit', 'system'].filter((kind) => kind === what);
if (kinds.length > 0) {
  if (!(await step('build', process.execPath, ['esbuild.mjs']))) finish();
  await Promise.all([what === 'all' ? textChecks() : null, bundledTests('test', kinds)]);
}
if (what === 'all' || what === 'editor') {
  const editor = await step('VS Code from npm', process.execPath, ['--import', 'tsx', 'test/editor/install.ts']);
  if (editor) await nodeTests('editor', ['--import', 'tsx', '--test-concurrency=1'], testFiles('test/editor', '.spec.ts'));
}
if (!['all', 'unit', 'system', 'editor'].includes(what)) await bundledTests(what, ['unit', 'system']);
finish();

function finish() {
  rmSync(temporary, { recursive: true, force: true });
  if (unsteady.length > 0) console.log(`\nUNSTEADY, failed at first and passed alone: ${unsteady.join(', ')}`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 ? 0 : 1);
}
