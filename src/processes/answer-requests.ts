import { AssayError } from '../protocol/errors';
import type { Said } from './answering-process';
import { watchParent } from './watch-parent';

/** The parent is told that work goes on, at most this often. */
const PROGRESS_MS = 500;

/** `progress` tells that work goes on, and at what. */
export type Answers<Request, Answer> = (request: Request, progress: (at: string | null) => void) => Promise<Answer>;

/** The other side of AnsweringProcess: what a process does that only answers. It ends with its parent. */
export function answerRequests<Request, Answer>(answers: Answers<Request, Answer>): void {
  watchParent();
  // Ctrl-C reaches the whole process group: the parent decides when this process ends.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit());
  process.on('message', (request) => void answer(request as Request, answers));
}

async function answer<Request, Answer>(request: Request, answers: Answers<Request, Answer>): Promise<void> {
  let told = -PROGRESS_MS;
  let known: string | null = null;
  const progress = (at: string | null): void => {
    const now = performance.now();
    if (at === known && now - told < PROGRESS_MS) return;
    told = now;
    known = at;
    send<Answer>({ type: 'progress', at });
  };
  try {
    send<Answer>({ type: 'answer', answer: await answers(request, progress) });
  } catch (error) {
    send<Answer>({ type: 'error', error: AssayError.from(error).toJSON() });
  }
}

/** A parent that went away is noticed by `disconnect` and by the watchdog. */
function send<Answer>(message: Said<Answer>): void {
  process.send?.(message, () => undefined);
}
