/** Config and task files (contract.md: problem codes). */
export const configMessages = {
  'yaml-syntax': '{detail}',
  'unknown-key': 'Unknown key "{key}".{hint}',
  'wrong-type': '"{key}" must be {expected}, not {actual}.',
  'wrong-value': '"{key}": {detail}',
  'missing-key': '{what} needs the key "{key}".',
  'unknown-task': 'No task, group or tag is called "{name}".{hint}',
  'missing-file': 'File not found: {path}',
  'python-hook': 'This needs Python (`!function {name}`), which Assay does not run. Use a template or a column name instead.',
  'yaml-1.1': '{detail}',
  'include-cycle': 'This include leads back to a file that is already being read: {path}',
} as const;
