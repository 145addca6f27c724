/** Checkpoints below a folder, described: for `assay checkpoints` and the editor's view. */
import { checkpointNames } from './checkpoint-names';
import { checkpointComplaint } from './checkpoint-health';
import { describeCheckpoint, type CheckpointDescription } from '../checkpoint/describe';
import { findCheckpoints } from '../checkpoint/find';
import { AssayError, type SerializedError } from '../protocol/errors';

export type ListedCheckpoint = CheckpointDescription & { readonly name: string };

/** In natural order; never rejects for a damaged one: what is wrong is in its `problems`. */
export async function listCheckpoints(root: string, signal?: AbortSignal): Promise<ListedCheckpoint[]> {
  const folders = await findCheckpoints(root, signal === undefined ? {} : { signal });
  const names = checkpointNames(folders.map((path) => ({ name: null, path })));
  return Promise.all(
    folders.map(async (folder, index): Promise<ListedCheckpoint> => {
      const description = await describeCheckpoint(folder);
      const problems = description.problems.length > 0 ? description.problems : await evaluationProblems(folder);
      return { ...description, problems, name: names[index] ?? folder };
    }),
  );
}

/** A folder that can be read may still hold a model that cannot be evaluated. */
async function evaluationProblems(folder: string): Promise<SerializedError[]> {
  const complaint = await checkpointComplaint(folder);
  return complaint === null ? [] : [new AssayError(complaint.code, complaint.args, { file: folder }).toJSON()];
}
