/** `assay score` */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inMemoryEvaluator } from '../evaluator/in-memory';
import type { ScoredText } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { output } from './output';

export type ScoreOptions = { readonly text: readonly string[]; readonly checkpoint: string; readonly threads?: number; readonly json?: boolean };

export async function scoreCommand(files: readonly string[], options: ScoreOptions): Promise<number> {
  const texts = [...files.map(readText), ...options.text];
  if (texts.length === 0) throw new AssayError('nothing-to-run', { detail: 'name a text file or give --text.' });
  const evaluator = inMemoryEvaluator();
  const { texts: scored, warnings } = await evaluator.score({ checkpoint: resolve(options.checkpoint), texts, ...(options.threads !== undefined && { threads: options.threads }) });
  for (const { message } of warnings) output.problem(`warning: ${message}`);
  if (options.json === true) output.json(scored);
  else output.text(scored.map(tokenLines).join('\n'));
  await evaluator.dispose();
  return 0;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AssayError('missing-file', { path: file }, { file }, { cause: error });
  }
}

/** A line a token: surprisal in bits, whether it was the most likely one, the token. */
function tokenLines({ tokens, logprobs, greedy, perplexity }: ScoredText): string {
  const lines = tokens.map((token, index) => `${(-(logprobs[index] ?? 0) / Math.LN2).toFixed(2).padStart(7)} ${greedy[index] === true ? '*' : ' '} ${JSON.stringify(token)}\n`);
  return `${lines.join('')}perplexity ${perplexity.toFixed(4)} (${tokens.length} tokens; bits, * = most likely token)\n`;
}
