import { readResults } from './read';
import type { KnownStderr } from './task-results';

/** Standard errors as a finished run's results file has them: bootstraps are not made again. */
export function storedStderr(folder: string): KnownStderr {
  const results = readResults(folder);
  return (task, metric, filter) => {
    const stored = results?.get(task);
    if (stored?.has(`${metric},${filter}`) !== true) return null;
    return stored.get(`${metric}_stderr,${filter}`) ?? 'N/A';
  };
}
