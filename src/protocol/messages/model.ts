/** The model process and what it computes. */
export const modelMessages = {
  'model-process-died': 'The model process ended unexpectedly ({cause}). Finished answers are kept: resume the run.',
  'checkpoint-changed': 'The checkpoint was changed while it was evaluated: {file}. Run again once it is complete.',
} as const;
