/** A data set of the hub on the command line: told of, downloaded where that is asked for, and found afterwards. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import type { EvaluationReport } from '../../src/protocol/results';
import { cacheFolder } from '../hub/cached';
import { HubImitation } from '../hub/imitation';
import { architecture, jsonLines, workspace } from './workspace';

const TOKEN = 'hf_aVerySecretToken';
const project = workspace();
const cache = cacheFolder();
let hub: HubImitation;

before(async () => {
  const rows = Array.from({ length: 40 }, (_, index) => `${JSON.stringify({ question: `Is ${index} even?`, label: 1 - (index % 2) })}\n`).join('');
  hub = await HubImitation.start('acme/even', { main: { commit: 'c3'.repeat(20), files: { 'README.md': '', 'test.jsonl': rows } } });
  hub.secret = TOKEN;
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_TOKEN: TOKEN, HF_HOME: cache.root });
  for (const name of ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_DATASETS_CACHE', 'HF_HUB_OFFLINE', 'HF_DATASETS_OFFLINE', 'TRANSFORMERS_OFFLINE']) delete process.env[name];
  project.write('even.yaml', 'task: even\ndataset_path: acme/even\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: "{{question}}"\ndoc_to_target: label\ndoc_to_choice: [" no", " yes"]\n');
});
after(async () => {
  await hub.close();
  cache.remove();
});

test('a check fetches nothing; a run downloads only where it may, and the token stands nowhere', async () => {
  const check = await project.assay('check', 'even.yaml');
  assert.match(check.stdout + check.stderr, /information: The data set "acme\/even" is not on this machine/);
  const run = (...args: readonly string[]) => project.assay('run', 'even.yaml', '--checkpoint', architecture('qwen3'), '--limit', '4', '--json', ...args);
  const refused = await run();
  assert.match(refused.stderr, /--download/);
  assert.deepEqual([refused.code, hub.asked.length], [3, 0]);
  const done = await run('--download', '--events', 'events.jsonl', '--verbose');
  assert.equal(done.code, 0, done.stderr);
  const { runs } = done.json as EvaluationReport;
  assert.equal(runs[0]?.['n-samples']['even']?.original, 40);
  const events = readFileSync(join(project.folder, 'events.jsonl'), 'utf8');
  const downloading = jsonLines<RunEvent>(events).filter((event) => event.type === 'downloading');
  assert.deepEqual(downloading.at(-1) && [downloading.at(-1)?.dataset, downloading.at(-1)?.done], ['acme/even', downloading.at(-1)?.total]);
  const asked = hub.asked.length;
  assert.equal((await run()).code, 0);
  assert.equal((await project.assay('check', 'even.yaml')).code, 0);
  assert.equal(hub.asked.length, asked);
  const written = (name: string): string => readFileSync(join(project.folder, '.assay/runs', runs[0]?.id ?? '', name), 'utf8');
  for (const text of [done.stdout, done.stderr, events, written('run.json'), written('journal.jsonl')]) assert.ok(!text.includes(TOKEN));
});
