/** `assay preview` */
import { resolve } from 'node:path';
import { forkedEvaluator } from './forked-evaluator';
import { output } from './output';

export async function previewCommand(config: string, options: { readonly task: string; readonly doc: number; readonly json?: boolean }): Promise<number> {
  const evaluator = forkedEvaluator();
  const asked = evaluator.preview({ configs: [resolve(config)], overrides: {}, workspace: process.cwd(), task: options.task, document: options.doc });
  const preview = await asked.finally(() => evaluator.dispose());
  if (options.json === true) {
    output.json(preview);
  } else {
    for (const [index, request] of preview.requests.entries()) {
      output.text(`--- request ${index} (${request.type})\n${request.context ?? ''}${request.continuation === undefined ? '' : `⟦${request.continuation}⟧`}${request.generation_kwargs === undefined ? '' : `\n${JSON.stringify(request.generation_kwargs)}`}\n`);
    }
    output.line(`--- target: ${JSON.stringify(preview.target)}`);
  }
  return 0;
}
