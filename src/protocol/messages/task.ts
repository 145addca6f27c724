/** Turning rows into requests and answers into values. */
export const taskMessages = {
  'template-error': 'Template error: {detail}',
  'unsupported-output-type': 'Output type "{type}" cannot be evaluated yet; use multiple_choice, loglikelihood or loglikelihood_rolling.',
  'unsupported-metric': 'Metric "{metric}" is not available for output type "{type}".{hint}',
  'bad-document': 'Document {doc}: {detail}',
  'unsupported-filter': 'Filter "{filter}" cannot be applied to answers of output type "{type}"; only take_first can.',
  'too-few-examples': 'Task {task} needs {needed} rows to draw examples from, but there are {available}. Lower num_fewshot or use another fewshot_split.',
  'no-documents': 'Task {task} has nothing to evaluate: the split "{split}" has no rows.',
} as const;
