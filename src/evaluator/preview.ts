/** `assay preview`: what one document asks, to the letter. */
import type { Preview, PreviewRequest } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { previewDocument } from '../task/preview';
import { planTasks } from './planner';

export async function previewRequests({ task, document, ...request }: PreviewRequest): Promise<Preview> {
  const plans = await planTasks(request, task);
  const plan = plans.find(({ prepared }) => prepared.name === task) ?? (plans.length === 1 ? plans[0] : undefined);
  if (plan === undefined) throw new AssayError('unknown-task', { name: task, hint: '' });
  const documents = plan.prepared.documents.length;
  if (document >= documents) throw new AssayError('no-document', { doc: document, task: plan.prepared.name, documents });
  return previewDocument(plan.prepared, document);
}
