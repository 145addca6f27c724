/** The reader process (dist/reader.js): reads files that may be anybody's, in a process that may die. Speaks requests.ts. */
import { watchMemory } from '../processes/watch-memory';
import { watchParent } from '../processes/watch-parent';
import { AssayError } from '../protocol/errors';
import { handlers, type Handler } from './handlers';
import type { FromReader, ReaderRequest, ToReader } from './requests';

/** The parent is told that work goes on, at most this often. */
const PROGRESS_MS = 500;

watchParent();
const most = Number(process.env['ASSAY_READER_MEGABYTES']);
if (most > 0) watchMemory(most);

// Ctrl-C reaches the whole process group: the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

// A library that reads parts of a damaged file side by side reports the first failure; nobody hears of the others.
process.on('unhandledRejection', () => undefined);

process.on('message', ({ name, params }: ToReader) => void answer(handlers[name] as Handler<ReaderRequest>, params));

async function answer(handler: Handler<ReaderRequest>, params: ToReader['params']): Promise<void> {
  let told = 0;
  let known: string | null = null;
  const progress = (file: string | null): void => {
    const now = performance.now();
    if (file === known && now - told < PROGRESS_MS) return;
    told = now;
    known = file;
    send({ type: 'progress', file });
  };
  try {
    send({ type: 'answer', answer: await handler(params, progress) });
  } catch (error) {
    send({ type: 'error', error: AssayError.from(error).toJSON() });
  }
}

/** A parent that went away is noticed by `disconnect` and by the watchdog. */
function send(message: FromReader): void {
  process.send?.(message, () => undefined);
}
