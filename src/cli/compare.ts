/** `assay compare` */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { inMemoryEvaluator } from '../evaluator/in-memory';
import { output } from './output';
import { resultTables } from './result-tables';

export async function compareCommand(runA: string, runB: string, options: { readonly output: string; readonly json?: boolean }): Promise<number> {
  const evaluator = inMemoryEvaluator();
  const folder = (run: string): string => (existsSync(run) ? resolve(run) : resolve(options.output, run));
  const compared = await evaluator.compare(folder(runA), folder(runB));
  for (const error of compared.errors) output.reported(error);
  if (options.json === true) output.json(compared);
  else output.text(resultTables({ version: 1, runs: [], comparisons: compared.comparisons, expectations: [], errors: [] }));
  await evaluator.dispose();
  return compared.errors.length > 0 ? 3 : 0;
}
