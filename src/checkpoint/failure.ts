import { ReadFailure } from '../files/read-limited';
import { AssayError, type ErrorPlace } from '../protocol/errors';

/** A checkpoint whose files are damaged, missing or contradict each other. */
export function broken(detail: string, place: ErrorPlace, cause?: unknown): AssayError {
  return new AssayError('broken-checkpoint', { detail }, place, { cause });
}

/** A checkpoint that is whole, but of a kind that is not evaluated. */
export function unsupported(detail: string, place: ErrorPlace): AssayError {
  return new AssayError('unsupported-checkpoint', { detail }, place);
}

/** What the operating system said, in words for the person who asked. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof ReadFailure) return thrown.reason === 'unreadable' ? reasonOf(thrown.cause) : thrown.message;
  if (thrown instanceof Error) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return 'the file does not exist';
    if (code === 'EACCES' || code === 'EPERM') return 'reading it is not permitted';
    if (code === 'EISDIR') return 'it is a folder';
    if (code === 'ELOOP') return 'its symbolic links lead in a circle';
    return thrown.message;
  }
  return String(thrown);
}
