/** When and how often a request is sent again. */
import { AssayError } from '../../protocol/errors';

/** Time as a test may have it. `wait` rejects with `cancelled` when the signal aborts. */
export type Clock = { readonly now: () => number; readonly random: () => number; readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void> };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Who says `Retry-After` with more than this is not waited for. */
export const LONGEST_ASKED_WAIT_MS = 10 * 60_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        finish();
      };
      const cancel = (): void => end(() => reject(new AssayError('cancelled')));
      const timer = setTimeout(() => end(resolve), milliseconds);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
    }),
};

/** Milliseconds before try number `attempt` + 1, the first try being 0: doubled each time, and between half and all of that, so that many who wait do not come back together. */
export function backoff(attempt: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + random / 2);
}

/** `Retry-After` in milliseconds from now (RFC 9110 §10.2.3: seconds, or a date); null where it says nothing that can be read. */
export function askedWait(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Statuses that say: not now. */
export function isForLater(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
