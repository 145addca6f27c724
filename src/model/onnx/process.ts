/**
 * The model process (dist/model.js): one checkpoint, forked by the evaluator with `serialization: 'advanced'`, speaks wire.ts.
 * The engine blocks this process while it computes, so cancelling ends in a signal from the parent: SIGTERM keeps its default.
 */
import { watchParent } from '../../processes/watch-parent';
import { ScoringQueue } from './scoring-queue';
import type { FromModelProcess, ToModelProcess } from './wire';

const EXIT_INTERNAL_ERROR = 70;

watchParent();

// Ctrl-C reaches the whole process group: the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => {
  process.stderr.write(`model process: ${error.message}\n`);
  process.exit(EXIT_INTERNAL_ERROR);
});

const queue = new ScoringQueue(send);

process.on('message', (message: ToModelProcess) => {
  switch (message.type) {
    case 'load':
      void queue.load(message);
      break;
    case 'score':
    case 'features':
      void queue.add(message);
      break;
    case 'cancel':
      queue.cancel();
      break;
    case 'exit':
      process.exit();
  }
});

/** A parent that went away is noticed by `disconnect` and by the watchdog. */
function send(message: FromModelProcess): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
