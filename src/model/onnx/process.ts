/**
 * The model process (dist/model.js): one checkpoint, forked by the evaluator with `serialization: 'advanced'`, speaks wire.ts.
 * The engine blocks this process while it computes, so cancelling ends in a signal from the parent: SIGTERM keeps its default.
 */
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { watchParent } from '../../processes/watch-parent';
import { GenerationLoop, type DecodeSource } from './generation-loop';
import { freeMemory, prepackingFits } from './memory';
import { QuantizedWeights } from './quantized-weights';
import { ScoringQueue } from './scoring-queue';
import type { SessionOptions } from './session';
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
let loop: GenerationLoop | null = null;

process.on('message', (message: ToModelProcess) => {
  switch (message.type) {
    case 'load': {
      const { checkpoint, device, precision, maxTokens } = message;
      const options: SessionOptions = { device, maxTokens, warn: (warning) => send({ type: 'warning', warning }), ...(precision === 'int8' && { quantized: quantizedWeights(checkpoint) }) };
      void queue.load(checkpoint, options);
      loop = new GenerationLoop(decodeSource(checkpoint, options), send);
      break;
    }
    case 'score':
    case 'features':
      void queue.add(message);
      break;
    case 'generate':
      void loop?.add(message.rows);
      break;
    case 'stop-rows':
      loop?.stop(message.rows);
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

/** A session of its own, made when the first text is asked for. */
function decodeSource(checkpoint: Checkpoint, options: SessionOptions): DecodeSource {
  const { device, warn } = options;
  const open: DecodeSource['open'] = async () => {
    const { DecodeSession } = await import('./decode-session');
    return DecodeSession.open(checkpoint, { ...options, prepacked: prepackingFits(checkpoint, freeMemory(), device) });
  };
  return { checkpoint, device, open, ...(warn !== undefined && { warn }) };
}

function quantizedWeights({ tensors }: Checkpoint): QuantizedWeights {
  return new QuantizedWeights(tensors, async () => (await import('./quantized-feeds')).probeCodes());
}
