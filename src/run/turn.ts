import { AssayError } from '../protocol/errors';

/** Lets the event loop do what else is waiting. Rejects with `cancelled` when the signal has aborted by then. */
export async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new AssayError('cancelled');
}
