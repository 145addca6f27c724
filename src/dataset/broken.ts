import { AssayError } from '../protocol/errors';

/** A data file that cannot be read, and why; `line` is 1-based. */
export function broken(file: string, detail: string, line?: number): AssayError {
  const where = line === undefined ? detail : `line ${line}: ${detail}`;
  return new AssayError('broken-data', { detail: where }, line === undefined ? { file } : { file, line });
}
