import type { ModelRequest } from '../model/request';
import type { Preview } from '../protocol/commands';
import { plainJson } from '../python/plain-json';
import type { PreparedTask } from './prepared';

/** What one document asks, to the letter (`assay preview`). Throws AssayError `bad-document`. */
export function previewDocument(task: PreparedTask, index: number): Preview {
  const { doc, requests, target } = task.document(index);
  return {
    task: task.name,
    doc_id: index,
    doc: Object.fromEntries([...doc].map(([column, value]) => [column, plainJson(value)])),
    requests: requests.map(asJson),
    target: plainJson(target),
  };
}

function asJson(request: ModelRequest): Preview['requests'][number] {
  switch (request.kind) {
    case 'loglikelihood':
      return { type: request.kind, context: request.context, continuation: request.continuation };
    case 'generate_until':
      return { type: request.kind, context: request.context, generation_kwargs: plainJson(new Map(request.kwargs)) };
    case 'loglikelihood_rolling':
    case 'features':
      return { type: request.kind, context: '', continuation: request.text };
  }
}
