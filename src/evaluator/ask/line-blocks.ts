import { setTimeout as sleep } from 'node:timers/promises';
import type { AskedLine } from '../../protocol/ask';

/** Lines of the first block and of the largest: small first, so that an answer comes at once. */
const FIRST_LINES = 16;
const MOST_LINES = 256;
const GROWTH = 4;
/** Characters beyond which a block is full, however few its lines: what waits for the model is bounded. */
const MOST_CHARACTERS = 1 << 18;
/** How long a block is held open for a line that may follow at once. */
const PAUSE_MS = 10;

export type NumberedLine = { readonly index: number; readonly line: AskedLine };

/**
 * Lines in blocks that go to the model together. Without `pause` a block depends on the lines alone, and so do the last bits of
 * the answers; with it a block is closed when it has passed and no more lines have come.
 */
export async function* lineBlocks(lines: AsyncIterable<AskedLine>, pause: (() => Promise<unknown>) | null = () => sleep(PAUSE_MS)): AsyncGenerator<readonly NumberedLine[]> {
  const iterator = lines[Symbol.asyncIterator]();
  let most = FIRST_LINES;
  let index = 0;
  let next = iterator.next();
  for (;;) {
    const first = await next;
    if (first.done === true) return;
    const block: NumberedLine[] = [];
    let characters = 0;
    const add = (line: AskedLine): void => {
      block.push({ index: index++, line });
      characters += 'text' in line ? line.text.length : 0;
    };
    add(first.value);
    next = iterator.next();
    const over = pause === null ? null : pause().then(() => null);
    while (block.length < most && characters < MOST_CHARACTERS) {
      const following = await (over === null ? next : Promise.race([next, over]));
      if (following === null || following.done === true) break;
      add(following.value);
      next = iterator.next();
    }
    // What goes wrong while the block is answered is thrown when the next line is asked for.
    next.catch(() => undefined);
    yield block;
    most = Math.min(MOST_LINES, most * GROWTH);
  }
}
