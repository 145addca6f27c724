import { FakeUri } from '../fake-vscode';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import { EvaluationsTree } from '../../../src/editor/views/evaluations-tree';
import type { WorkspaceConfig } from '../../../src/editor/views/workspace-configs';
import type { RunSummary } from '../../../src/protocol/inspection';

const configs = ['/w/a.eval.yaml', '/w/b.eval.yaml'].map((file): WorkspaceConfig => ({ uri: FakeUri.file(file) as unknown as vscode.Uri, entries: [], output: null }));

function run(config: string, evaluation: string, state: RunSummary['state'], failed: readonly string[] = []): RunSummary {
  return { folder: `${config}/${evaluation}/${state}`, id: 'id', evaluation, checkpoint: 'model-a', state, time: '2026-01-01T00:00:00Z', config, tasks: ['sst2'], failed, headline: [], precision: 'fp32' };
}

/** The tree over runs that a test replaces, newest first; `descriptions` as they are once the tree has nothing more to say. */
function setup(): { descriptions(runs: readonly RunSummary[] | Error): Promise<(string | undefined)[]> } {
  const runsChanged = new vscode.EventEmitter<void>();
  let listed: Promise<RunSummary[]> = Promise.resolve([]);
  const tree = new EvaluationsTree(
    { list: () => Promise.resolve(configs), read: () => Promise.resolve([]), onDidChange: new vscode.EventEmitter<void>().event },
    { list: () => listed, onDidChange: runsChanged.event },
  );
  return {
    descriptions: async (runs) => {
      listed = runs instanceof Error ? Promise.reject(runs) : Promise.resolve([...runs]);
      listed.catch(() => undefined);
      runsChanged.fire();
      await new Promise(setImmediate);
      return (await tree.getChildren()).map((node) => tree.getTreeItem(node).description as string | undefined);
    },
  };
}

test('a config says how its newest evaluation stands, where that is not simply finished', async () => {
  const { descriptions } = setup();
  const [a, b] = ['/w/a.eval.yaml', '/w/b.eval.yaml'];
  assert.deepEqual(await descriptions([]), [undefined, undefined]);
  assert.deepEqual(await descriptions([run(a, '2', 'finished', ['broken']), run(a, '1', 'failed'), run(b, '3', 'finished')]), ['finished in part', undefined]);
  assert.deepEqual(await descriptions([run(b, '4', 'cancelled'), run(a, '5', 'finished'), run(a, '2', 'finished', ['broken'])]), [undefined, 'cancelled']);
});

test('of the runs of one evaluation the one that came least far speaks', async () => {
  const { descriptions } = setup();
  const a = '/w/a.eval.yaml';
  assert.deepEqual(await descriptions([run(a, '1', 'finished'), run(a, '1', 'finished', ['broken']), run(a, '1', 'finished')]), ['finished in part', undefined]);
  assert.deepEqual(await descriptions([run(a, '1', 'finished', ['broken']), run(a, '1', 'interrupted'), run(a, '1', 'cancelled')]), ['interrupted', undefined]);
});

test('where runs cannot be listed the configs are', async () => {
  const { descriptions } = setup();
  assert.deepEqual(await descriptions(new Error('the reader died')), [undefined, undefined]);
});
