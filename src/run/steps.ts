import { turn } from './turn';

/** Runs steps to their end, leaving the event loop free in between. Rejects with `cancelled`. */
export async function inSteps<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await turn(signal);
  }
}
