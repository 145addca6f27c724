import { createContext, Script } from 'node:vm';
import { PyError } from './errors';

/** What takes longer than this goes on without end. */
const MOST_MS = 2000;

/** Calls what the context holds; made when it is first needed. */
let watched: { readonly script: Script; readonly context: { body?: () => unknown } } | null = null;

/**
 * Runs what cannot be asked to count its steps, such as a search by pattern: the engine's own watchdog ends it.
 * Throws PyError MemoryError when it has run out of time.
 */
export function inTime<T>(body: () => T): T {
  watched ??= { script: new Script('body()'), context: createContext({}) };
  const { script, context } = watched;
  const results: T[] = [];
  context.body = () => results.push(body());
  try {
    script.runInContext(context, { timeout: MOST_MS });
  } catch (error) {
    // The error is one of the context's own kind.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new PyError('MemoryError', `more than ${MOST_MS / 1000} seconds`);
    throw error;
  }
  for (const result of results) return result;
  throw new Error('the search did not run');
}
