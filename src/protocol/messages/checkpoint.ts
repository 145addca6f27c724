/** Opening a checkpoint and its tokenizer. */
export const checkpointMessages = {
  'unknown-checkpoint': 'No checkpoint here: {path}.{hint}',
  'broken-checkpoint': 'This checkpoint cannot be used: {detail}',
} as const;
