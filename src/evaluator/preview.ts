/** `assay preview`: what one document asks, to the letter. Of a group or an entry with several tasks: of its first. */
import type { Preview, PreviewRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { previewDocument } from '../task/preview';
import { type PlanEnvironment, planTasks } from './planner';

export async function previewRequests({ task, document, ...request }: PreviewRequest, environment: PlanEnvironment): Promise<Preview> {
  const { tasks, close } = await planTasks(request, task, environment);
  try {
    const found = tasks.find(({ prepared }) => prepared.name === task) ?? tasks[0];
    if (found === undefined) throw new AssayError('unknown-task', { name: task, hint: '' });
    const { prepared } = found;
    if (document >= prepared.documents) throw new AssayError('no-document', { doc: document, task: prepared.name, documents: prepared.documents });
    return previewDocument(prepared, document);
  } finally {
    await close();
  }
}
