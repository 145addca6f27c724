/**
 * What task files say becomes the requests that lm-evaluation-harness makes of them: tasks written for it, on made-up rows, through its
 * own code (fixtures/task/language.json): all output types, few-shot draws, chat templates, prefixes, delimiters, several inputs and targets, filters.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { TaskDefinition } from '../../src/config/definition';
import { readTaskFile } from '../../src/config/task-file';
import type { ModelRequest, ModelResponse } from '../../src/model/request';
import { dumps, parseJson } from '../../src/python/json';
import type { Doc, PyValue } from '../../src/python/value';
import { prepareTask } from '../../src/task/prepare';
import type { PreparedTask } from '../../src/task/prepared';
import { folderWith } from '../config/temporary-folder';
import { context } from './definition';

type Case = {
  readonly shots: number; readonly chat: boolean; readonly multiturn: boolean; readonly system: string | null;
  readonly requests: unknown; readonly filtered?: Readonly<Record<string, readonly unknown[]>>;
};
type Fixture = { readonly answers: readonly string[]; readonly tasks: readonly { readonly text: string; readonly cases: readonly Case[] }[] };

const TEXT = readFileSync(path.join(__dirname, '../fixtures/task/language.json'), 'utf8');
const { answers, tasks } = JSON.parse(TEXT) as Fixture;
const rows = parseJson(TEXT) as ReadonlyMap<string, readonly Doc[]>;
const splits = { train: rows.get('train') ?? [], valid: rows.get('documents') ?? [], test: rows.get('documents') ?? [] };

const rendered: NonNullable<Parameters<typeof context>[1]>['chat'] = (messages, continueFinal) =>
  dumps(messages.map(({ role, content }) => new Map<PyValue, PyValue>([['role', role], ['content', content]])), { ensureAscii: false }) + (continueFinal ? ' CONT' : ' GEN');

async function definitionOf(text: string, { shots, multiturn }: Case): Promise<TaskDefinition> {
  const file = await readTaskFile(path.join(folderWith({ 't.yaml': `${text}num_fewshot: ${shots}\nfewshot_as_multiturn: ${multiturn}\n` }), 't.yaml'));
  assert.deepEqual(file.problems.map(({ code }) => code), []);
  return file.kind === 'task' ? file.definition : assert.fail();
}

function argumentsOf(request: ModelRequest): PyValue {
  switch (request.kind) {
    case 'loglikelihood':
      return [request.context, request.continuation];
    case 'generate_until':
      return [request.context, new Map(request.kwargs)];
    case 'loglikelihood_rolling':
      return [request.text];
    case 'features':
      return assert.fail();
  }
}

/** Repeats of a request are one, as in the harness. */
function requestsOf(task: PreparedTask): PyValue {
  return Array.from({ length: task.documents }, (_, index) => index).flatMap((index) => {
    const { requests } = task.document(index);
    const asked = requests[0]?.kind === 'generate_until' ? requests.slice(0, 1) : requests;
    return asked.map((request): PyValue => [BigInt(index), argumentsOf(request)]);
  });
}

describe('requests are the harness’s', () => {
  for (const { text, cases } of tasks) {
    for (const one of cases) {
      test(`${/task: (\w+)/.exec(text)?.[1] ?? ''}, ${one.shots} shots${one.chat ? `, chat${one.multiturn ? '' : ' in one turn'}` : ''}${one.system === null ? '' : ', system'}`, async () => {
        const definition = await definitionOf(text, one);
        const task = await prepareTask(definition, context(splits, { numFewshot: one.shots, systemInstruction: one.system, chat: one.chat ? rendered : null }));
        assert.deepEqual(JSON.parse(dumps(requestsOf(task))), one.requests);
        for (const [place, filter] of Object.keys(one.filtered ?? {}).entries()) {
          assert.equal(task.filters[place], filter);
          const results = Array.from({ length: task.documents }, (_, index) => {
            const document = task.document(index);
            const given = document.requests.map(({ id }, repeat): ModelResponse => ({ kind: 'generate_until', id, text: answers[3 * index + repeat] ?? '', tokenIds: [], finishReason: 'stop', truncated: 0 }));
            const outcome = document.outcomes(given)[place];
            return outcome?.kind === 'generate_until' ? outcome.result : assert.fail();
          });
          assert.deepEqual(JSON.parse(dumps(results)), one.filtered?.[filter]);
        }
      });
    }
  }
});
