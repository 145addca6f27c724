/** `assay preview` */
import { resolve } from 'node:path';
import { forkedEvaluator } from './forked-evaluator';
import { previewText } from '../protocol/preview-text';
import { output } from './output';

export type PreviewOptions = { readonly task: string; readonly doc: number; readonly includePath: readonly string[]; readonly json?: boolean; readonly download?: boolean };

export async function previewCommand(config: string, options: PreviewOptions): Promise<number> {
  const includePath = options.includePath.map((folder) => resolve(folder));
  const evaluator = forkedEvaluator();
  const asked = evaluator.preview({ configs: [resolve(config)], overrides: includePath.length === 0 ? {} : { includePath }, workspace: process.cwd(), task: options.task, document: options.doc, download: options.download === true ? 'on' : 'off' });
  const preview = await asked.finally(() => evaluator.dispose());
  if (options.json === true) output.json(preview);
  else output.text(previewText(preview));
  return 0;
}
