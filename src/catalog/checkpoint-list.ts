/** Checkpoints below a folder, inspected: for `assay checkpoints` and the editor's view. */
import { checkpointNames } from './checkpoint-names';
import { findCheckpoints } from '../checkpoint/find';
import { Headers } from '../checkpoint/headers';
import { inspectCheckpoint, type Inspection } from '../checkpoint/inspect';
import { AssayError } from '../protocol/errors';

export type ListedCheckpoint = Inspection & { readonly name: string };

/** Looked into at once: headers of a few checkpoints are in memory, never those of all. */
const AT_ONCE = 4;

/** In natural order; never rejects for a damaged one: what is wrong is in its `problems`. Throws `cancelled`. */
export async function listCheckpoints(root: string, signal?: AbortSignal): Promise<ListedCheckpoint[]> {
  const folders = await findCheckpoints(root, signal === undefined ? {} : { signal });
  const names = checkpointNames(folders.map((path) => ({ name: null, path })));
  const headers = new Headers();
  const listed: ListedCheckpoint[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < folders.length; index = next++) {
      if (signal?.aborted === true) throw new AssayError('cancelled');
      const folder = folders[index] ?? '';
      listed[index] = { ...(await inspectCheckpoint(folder, { headers })), name: names[index] ?? folder };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return listed;
}
