import type { ModelRequest } from '../model/request';
import type { Preview } from '../protocol/commands';
import { str } from '../python/print';
import { PyOpaque, PyTuple, type PyValue } from '../python/value';
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

/** A value JSON can carry: integers beyond 2^53 and special floats as text. */
export function plainJson(value: PyValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : str(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (value instanceof PyTuple) return value.items.map(plainJson);
  if (value instanceof PyOpaque) return value.str();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [str(key), plainJson(item)]));
  return value;
}
