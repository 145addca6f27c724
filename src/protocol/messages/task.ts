/** Turning rows into requests and answers into values. */
export const taskMessages = {
  'template-error': 'Template error: {detail}',
  'bad-filter': 'Filter "{filter}": {detail}.',
  'bad-metric-option': 'Metric "{metric}": {detail}.',
  'unsupported-metric': 'Metric "{metric}" is not available for output type "{type}".{hint}',
  'bad-document': 'Document {doc}: {detail}',
  'unsupported-filter': 'Filter "{filter}" cannot be applied to answers of output type "{type}".{hint}',
  'too-few-examples': 'Task {task} needs {needed} rows to draw examples from, but there are {available}. Lower num_fewshot or use another fewshot_split.',
  'no-documents': 'Task {task} has nothing to evaluate: the split "{split}" has no rows.',
} as const;
