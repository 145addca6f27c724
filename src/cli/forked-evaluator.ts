import path from 'node:path';
import { type ForkedClient, forkEvaluator } from '../evaluator/client';
import { output } from './output';

/** A second signal ends the command at once, so the first may wait for what is under way. */
const CANCEL_HEARD_MS = 5_000;

/**
 * The evaluator for commands that render templates of other people: in a process of its own, so that signals are heard whatever it
 * is busy with, and its death is an error with a name.
 */
export function forkedEvaluator(): ForkedClient {
  return forkEvaluator({
    entry: path.join(__dirname, 'evaluator.js'),
    log: (line) => {
      if (output.verbose) output.problem(line);
    },
    cancelHeard: CANCEL_HEARD_MS,
  });
}
