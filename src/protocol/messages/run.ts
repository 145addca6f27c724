/** Planning, running, resuming and reporting. */
export const runMessages = {
  'expectation-missed': '{checkpoint}: {metric} is {actual}, expected {expected}.',
  'broken-journal': 'This journal is damaged and cannot be continued: {file}. Start the run again without resuming.',
  'no-run': 'No finished run here: {path}. Name a run folder, or a run id below the output folder.',
  'no-samples': 'This run kept no samples, so it cannot be compared: {path}. Run it again with log_samples: true.',
  'cannot-write': 'Results cannot be written to {path}: {detail}',
  'nothing-to-run': 'Nothing to run: {detail}',
  'nothing-to-resume': 'No unfinished run of {checkpoint} with these tasks and options; starting afresh.',
  'endpoint-unsupported': 'Served models cannot be evaluated yet: {endpoint}. Use a checkpoint folder.',
  'int8-unsupported': 'precision: int8 is not available yet; use fp32.',
  'document-failed': 'Document {doc} cannot be scored: {detail}',
  'run-active': 'This run is still being worked on by another process: {path}',
  'evaluator-died': 'The evaluator ended unexpectedly ({cause}). Finished answers are kept: resume the run.',
  'nothing-to-compare': 'These runs share no finished task that can be compared document by document: {a}, {b}',
  'no-document': 'Task {task} has {documents} documents, counted from 0: there is no document {doc}.',
  'not-a-number': 'In {count} of {documents} documents the model gives no number (NaN): the weights are damaged, or overflow in float32. Do not trust these results.',
  'no-value': '{metric} has no value here: there was nothing to score.',
} as const;
