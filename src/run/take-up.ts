import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '../protocol/errors';

const TRIES = 40;
const BETWEEN_MS = 50;

/**
 * Takes up a run that somebody may still be leaving: an evaluator outlives a command that was killed by a moment, and its lock with it.
 * Rejects with `run-active` where the run is still worked on after two seconds, and with `cancelled`.
 */
export async function takeUp<T>(take: () => T, signal: AbortSignal, wait: (signal: AbortSignal) => Promise<void> = aMoment): Promise<T> {
  for (let tries = 1; ; tries++) {
    if (signal.aborted) throw new AssayError('cancelled');
    try {
      return take();
    } catch (error) {
      if (!(error instanceof AssayError) || error.code !== 'run-active' || tries === TRIES) throw error;
    }
    await wait(signal);
  }
}

async function aMoment(signal: AbortSignal): Promise<void> {
  await sleep(BETWEEN_MS, undefined, { signal }).catch(() => undefined);
}
