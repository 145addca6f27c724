/** `assay preview` */
import { resolve } from 'node:path';
import { inMemoryEvaluator } from '../evaluator/in-memory';
import { output } from './output';

export async function previewCommand(config: string, options: { readonly task: string; readonly doc: number; readonly json?: boolean }): Promise<number> {
  const evaluator = inMemoryEvaluator();
  const preview = await evaluator.preview({ configs: [resolve(config)], overrides: {}, workspace: process.cwd(), task: options.task, document: options.doc });
  if (options.json === true) {
    output.json(preview);
  } else {
    for (const [index, request] of preview.requests.entries()) {
      output.text(`--- request ${index} (${request.type})\n${request.context ?? ''}${request.continuation === undefined ? '' : `⟦${request.continuation}⟧`}${request.generation_kwargs === undefined ? '' : `\n${JSON.stringify(request.generation_kwargs)}`}\n`);
    }
    output.line(`--- target: ${JSON.stringify(preview.target)}`);
  }
  await evaluator.dispose();
  return 0;
}
