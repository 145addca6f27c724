/** The model process and what it computes. */
export const modelMessages = {
  'model-process-died': 'The model process ended unexpectedly ({cause}). Finished answers are kept: resume the run.',
  'checkpoint-changed': 'The checkpoint was changed while it was evaluated: {file}. Run again once it is complete.',
  'unsupported-architecture': 'Checkpoints of type "{type}" cannot be evaluated yet. Supported: {supported}.',
  'unsupported-option': 'config.json: "{key}": {value} is not supported, and a number computed without it would be wrong.{hint}',
  'wrong-option': 'config.json: "{key}" must be {expected}, not {value}.',
  'missing-option': 'config.json lacks "{key}", which a checkpoint of type "{type}" needs.',
  'ignored-option': 'config.json: "{key}": {value} is not known for type "{type}" and is ignored, as transformers does.',
  'missing-tensor': 'The weights lack the tensor "{tensor}", which config.json calls for (shape {shape}). Was the file written completely, and does config.json belong to it?',
  'misshapen-tensor': 'The tensor "{tensor}" has shape {actual}, but config.json calls for {expected}. Does config.json belong to these weights?',
  'unused-tensors': '{count} tensors of the weights are not used ({examples}). If they matter, config.json does not describe these weights.',
  'weights-on-two-drives': 'The weight files lie on different drives ({first}, {second}). Put them in one folder.',
  'too-many-positions': 'A text of {tokens} tokens is longer than the {limit} positions this checkpoint has learned. Lower `context`.',
  'engine-failed': 'ONNX Runtime: {detail}',
} as const;
