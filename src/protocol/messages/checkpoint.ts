/** Opening a checkpoint and its tokenizer. */
export const checkpointMessages = {
  'unknown-checkpoint': 'No checkpoint here: {path}.{hint}',
  'broken-checkpoint': 'This checkpoint cannot be used: {detail}',
  'unsupported-checkpoint': 'Assay cannot evaluate this checkpoint: {detail}',
  'missing-output-head':
    'The output head is missing: the weights hold no tensor "{head}", and config.json does not say that it is the embedding ("{key}": true). Save the checkpoint with its head, or set that key if the model shares its embedding.',
  'wrapped-tensors':
    'All tensors of this checkpoint are named "{wrapper}…", as a wrapper of its training script names them. Save the model inside the wrapper, so that its names begin behind that.',
  'missing-tokenizer-folder': 'No folder here to take the tokenizer from: {path}.',
  'tokenizer-of-parent': 'This folder holds no tokenizer; the one beside it, in {folder}, is used.',
  'token-beyond-embedding':
    'The tokenizer gives "{token}" the id {id}, and the embedding has {rows} rows (from id 0). Documents that hold this token cannot be scored.',
  'tokenizer-loses-text':
    'config.json and tokenizer_config.json together name {tokenizerClass}, which would drop the spaces of this byte-level vocabulary. tokenizer.json is used as it is; the harness may give other numbers.',
  'tokenizer-kept':
    'tokenizer_config.json says that tokenizer.json is complete (TokenizersBackend), so it is used as it is. The harness would use {tokenizerClass} for this model type and may give other numbers.',
  'tokenizer-fallback':
    'The native tokenizer does not load on this machine ({detail}). The slower JavaScript tokenizer is used; rare strings may get other tokens.',
  'tokenizer-died': 'The tokenizer could not read this: {text}. Its process ended unexpectedly ({cause}).',
  'tokenizer-too-slow': 'The tokenizer could not read this within {seconds} s: {text}.',
  'tokenizer-failed': 'The tokenizer could not read this: {text}. {detail}',
  'no-chat-template': 'This checkpoint has no chat template: {path}. Set apply_chat_template: false, or put a chat_template.jinja into its folder.',
  'unknown-chat-template': 'This checkpoint has several chat templates and none is called "{name}": {path}. Set apply_chat_template to one of: {names}.',
  'broken-chat-template': 'The chat template of this checkpoint fails: {detail}',
} as const;
