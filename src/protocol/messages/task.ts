/** Turning rows into requests and answers into values. */
export const taskMessages = {
  'template-error': 'Template error: {detail}',
  'unsupported-output-type': 'Output type "{type}" cannot be evaluated yet; use multiple_choice, loglikelihood or loglikelihood_rolling.',
  'unsupported-metric': 'Metric "{metric}" is not available for output type "{type}".{hint}',
  'bad-document': 'Document {doc}: {detail}',
} as const;
