/** Built-in tasks against the harness's own files and what those ask of made-up documents (test/fixtures/built-in/make.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { builtInFolder, withBuiltIns } from '../../../src/catalog/built-in-tasks';
import { NameResolver } from '../../../src/catalog/resolve-names';
import { buildTaskIndex } from '../../../src/catalog/task-index';
import type { Runnable, TaskDefinition } from '../../../src/config/definition';
import { readTaskFile } from '../../../src/config/task-file';
import { isScoreRequest, type ModelRequest, type ModelResponse } from '../../../src/model/request';
import { parseJson } from '../../../src/python/json';
import { repr } from '../../../src/python/print';
import type { Doc, PyDict, PyValue } from '../../../src/python/value';
import { builtIns } from '../../../src/task/builtin/built-ins';
import { prepareTask } from '../../../src/task/prepare';
import { context } from '../definition';

const FIXTURES = path.resolve(__dirname, '../../fixtures/built-in');
const fixture = (file: string): string => readFileSync(path.join(FIXTURES, file), 'utf8');
const rows = parseJson(fixture('rows.json')) as PyDict;
const prompts = JSON.parse(fixture('prompts.json')) as Record<string, readonly (readonly (readonly [string, string | null])[])[]>;
const keys = parseJson(fixture('keys.json')) as ReadonlyMap<string, ReadonlyMap<string, PyDict>>;

/** Ours: in the harness the groups are tags, and it has no such tasks. */
const OWN: ReadonlySet<string> = new Set(['glue', 'super_glue', 'squad', 'xsum', 'samsum']);

const nothingOnDisk = (file: string): Promise<string> => Promise.reject(Object.assign(new Error(file), { code: 'ENOENT' }));

async function resolver(): Promise<NameResolver> {
  return new NameResolver(await buildTaskIndex([], nothingOnDisk, await builtInFolder()), nothingOnDisk);
}

async function found(name: string): Promise<Runnable> {
  const names = await resolver();
  const [runnable, ...more] = await names.named(name, null, (code, args) => assert.fail(`${code} ${JSON.stringify(args)}`));
  assert.deepEqual([names.problems, [...names.faults], more], [[], [], []]);
  assert.ok(runnable !== undefined);
  return runnable;
}

function docsOf({ dataset: { path: id, name } }: TaskDefinition): readonly Doc[] {
  const docs = rows.get(name === null ? id : `${id} ${name}`) ?? rows.get(id);
  assert.ok(Array.isArray(docs), `no rows of ${id} ${name ?? ''}`);
  return docs as unknown as readonly Doc[];
}

/** Any answer a model may give. */
function answer(request: ModelRequest): ModelResponse {
  if (request.kind === 'generate_until') return { kind: 'generate_until', id: request.id, text: ' 12.', tokenIds: [1], finishReason: 'stop', truncated: 0 };
  assert.ok(isScoreRequest(request));
  const logLikelihood = -(request.kind === 'loglikelihood' ? request.continuation : request.text).length;
  return { kind: request.kind, id: request.id, logLikelihood, greedy: false, tokenIds: [1], tokenLogprobs: [logLikelihood], tokenGreedy: [false], truncated: 0 };
}

/** As the fixture has it: contexts, and what is scored after them. */
function asked(request: ModelRequest): readonly [string, string | null] {
  if (request.kind === 'generate_until') return [request.context, null];
  return request.kind === 'loglikelihood' ? [request.context, request.continuation] : ['', request.text];
}

describe('every built-in task', () => {
  for (const name of builtIns.keys()) {
    test(`${name} is found, and runs on rows of its data set`, async () => {
      const runnable = await found(name);
      if (runnable.kind === 'group') return assert.ok(runnable.children.length > 0);
      const docs = docsOf(runnable);
      assert.deepEqual(builtIns.get(name)?.facts.columns.filter((column) => docs[0]?.has(column) !== true), [], 'columns it says the data set has');
      const split = runnable.test_split ?? runnable.validation_split ?? '';
      const task = await prepareTask(runnable, context({ [split]: docs }, { numFewshot: runnable.fewshot.samples === null ? 0 : (runnable.num_fewshot ?? 0) }));
      if (prompts[name] !== undefined) assert.deepEqual(docs.map((_, index) => task.document(index).requests.map(asked)), prompts[name]);
      for (const index of docs.keys()) {
        const document = task.document(index);
        assert.equal(document.lacksGold, false);
        assert.equal(document.outcomes(document.requests.map(answer)).length, task.filters.length);
      }
    });
  }
});

test('keys are those of the harness’s files', async () => {
  const said = new Map([...keys.values()].flatMap((folder) => [...(folder.get('tasks') ?? [])].map(([name, own]) => [String(name), (own as PyDict).has('group') ? (own as PyDict) : new Map([...(folder.get('common') ?? []), ...(own as PyDict)])] as const)));
  assert.deepEqual([...builtIns.keys()].filter((name) => !OWN.has(name) && !said.has(name)), []);
  for (const [name, expected] of said) {
    const read = await readTaskFile(String([...(await buildTaskIndex([], nothingOnDisk, await builtInFolder())).entries.values()].find((entry) => entry.name === name)?.file), withBuiltIns(nothingOnDisk));
    assert.ok(read.source !== null);
    assert.equal(written(read.source.root as PyDict), written(expected), name);
  }
});

/** A mapping's keys in one order. */
function written(value: ReadonlyMap<PyValue, PyValue>): string {
  return repr(sorted(value as PyDict));
}

function sorted(value: PyValue): PyValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!(value instanceof Map)) return typeof value === 'object' && value !== null ? repr(value) : value;
  return new Map([...value].map(([key, item]) => [key, sorted(item)] as const).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

test('tasks of ours take all answers of a question as targets, and score them', async () => {
  const runnable = await found('squad');
  assert.ok(runnable.kind === 'task');
  const task = await prepareTask(runnable, context({ validation: docsOf(runnable) }));
  const document = task.document(0);
  assert.deepEqual(document.target, ['Normandy', 'in Normandy', 'Normandy, "France"']);
  const request = document.requests[0];
  assert.ok(request?.kind === 'generate_until');
  assert.equal(request.context, 'Title: Normans\n\nBackground: The Normans lived in Normandy.\n\nQuestion: Where did they live?\n\nAnswer:');
  const [outcome] = document.outcomes([{ kind: 'generate_until', id: request.id, text: ' In Normandy.', tokenIds: [1], finishReason: 'stop', truncated: 0 }]);
  assert.ok(outcome !== undefined);
  assert.deepEqual(task.metrics.map(({ metric }) => [metric.name, metric.value(outcome as never)]), [['squad_exact', { kind: 'number', value: 1 }], ['squad_f1', { kind: 'number', value: 1 }]]);
});

test('the groups have their members', async () => {
  const count = async (name: string): Promise<number> => {
    const leaves = (runnable: Runnable): number => (runnable.kind === 'task' ? 1 : runnable.children.reduce((sum, child) => sum + leaves(child), 0));
    return leaves(await found(name));
  };
  assert.deepEqual([await count('mmlu'), await count('blimp'), await count('glue'), await count('super_glue')], [57, 67, 9, 8]);
});
