import { setImmediate } from 'node:timers/promises';

/** Messages that came while the engine blocked are read in the event loop's next turn, and delivered by the one after. */
export async function messagesRead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
