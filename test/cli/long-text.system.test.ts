/** One long document: its running perplexity moves while it is read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import type { EvaluationReport, RunReport } from '../../src/protocol/results';
import { fixtures, root } from './command';
import { jsonLines, workspace } from './workspace';

const project = workspace();
const MODEL = join(root, 'examples', 'checkpoints', 'model-a');

const pages = jsonLines<{ readonly page: string }>(readFileSync(join(fixtures, 'data', 'heldout.jsonl'), 'utf8')).map(({ page }) => page);
const LONG = pages.join('\n').slice(0, 60_000);

test('one text of sixty kilobytes: points at growing tokens, the last close to the final, which rests on the whole alone', async () => {
  project.write('long.txt', LONG);
  project.write('long.eval.yaml', `checkpoints: [${MODEL}]\ntasks: [{ perplexity: long.txt }]\n`);
  const ran = await project.assay('run', 'long.eval.yaml', '--json', '--events', 'long.events');
  assert.equal(ran.code, 0, ran.stderr);
  const [report] = (ran.json as EvaluationReport).runs as [RunReport];
  const events = jsonLines<RunEvent>(project.read('long.events'));
  for (const name of ['word_perplexity', 'byte_perplexity', 'bits_per_byte', 'token_perplexity']) {
    const metrics = events.flatMap((event) => (event.type === 'metric' && event.metric === `${name},none` ? [event] : []));
    const [live, final] = [metrics.slice(0, -1), metrics.at(-1) ?? assert.fail()];
    assert.ok(live.length >= 5, `${name}: ${live.length} live values`);
    assert.ok(live.every((event) => !event.final && event.n === 0 && event.interval === null && Number.isFinite(event.value)));
    const tokens = live.map((event) => event.tokens);
    assert.ok(tokens.every((count, index) => count > (tokens[index - 1] ?? 0)), `${name}: ${tokens.join(' ')}`);
    assert.ok(new Set(live.map(({ value }) => value)).size >= 5);
    const last = live.at(-1) ?? assert.fail();
    // Most of the text is behind the last live value; what a word costs varies most.
    assert.ok(last.tokens > 0.5 * final.tokens && last.tokens <= final.tokens);
    assert.ok(Math.abs(Math.log(last.value / final.value)) < 0.15, `${name}: ${last.value}, finally ${final.value}`);
    assert.deepEqual([final.final, final.n, final.value], [true, 1, report.results['long']?.[`${name},none`]]);
  }
  // The text's own scores, asked without a task, give the same number.
  const scored = await project.assay('score', 'long.txt', '--checkpoint', MODEL, '--json');
  const [{ logprobs }] = scored.json as [{ readonly logprobs: readonly number[] }];
  const logLikelihood = logprobs.reduce((sum, logprob) => sum + logprob, 0);
  const bits = -logLikelihood / Math.LN2 / Buffer.byteLength(LONG);
  assert.ok(Math.abs(Number(report.results['long']?.['bits_per_byte,none']) - bits) < 1e-9);
  const [, ...lines] = jsonLines<{ key: string; kind: string; ids: unknown[] }>(project.read('.assay', 'runs', report.id, 'journal.jsonl'));
  assert.deepEqual(lines.filter(({ kind }) => kind !== 'piece').map(({ key, ids }) => [key, ids]), [['long/0/0/0', []]], 'one answer, after its pieces');
  let next = 0;
  for (const { key, ids } of lines.slice(0, -1)) {
    assert.equal(key, `long/0/0/0@${next}`);
    next += ids.length;
  }
  assert.equal(next, logprobs.length, 'pieces follow one another without a gap');
});
