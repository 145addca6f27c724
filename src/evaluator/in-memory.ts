/** The evaluator in the caller's own process: what the command line uses. */
import type { Answering } from '../protocol/ask';
import type { EvaluatorClient } from '../protocol/commands';
import { Evaluator } from './evaluator';
import { modelOpener } from './models';
import { readerProcess } from './readers';

export function inMemoryEvaluator(): EvaluatorClient & Answering {
  return new Evaluator({ openModel: modelOpener((name) => Promise.resolve(process.env[name])), openReader: readerProcess });
}
