/** Checkpoints opened on the built model process, for one file of tests: all are closed, and the process's bundle removed, after them. */
import { after, before } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/open';
import type { LocalModel } from '../../../src/model/local/local-model';
import { openLocalModel } from '../../../src/model/local/open';
import { builtModelProcess } from './built-model-process';

type Options = Omit<Parameters<typeof openLocalModel>[1], 'modelProcess'>;

/** `script` is known once the tests run. */
export function localModels(): { readonly script: () => string; readonly open: (folder: string, options?: Options) => Promise<LocalModel> } {
  let bundle: { readonly script: string; readonly remove: () => void };
  const opened: LocalModel[] = [];
  before(async () => {
    bundle = await builtModelProcess();
  });
  after(async () => {
    await Promise.all(opened.map((model) => model.close()));
    bundle.remove();
  });
  return {
    script: () => bundle.script,
    open: async (folder, options = {}) => {
      const model = await openLocalModel(await openCheckpoint(folder), { modelProcess: bundle.script, ...options });
      opened.push(model);
      return model;
    },
  };
}
