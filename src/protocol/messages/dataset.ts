/** Reading the rows of a split. */
export const datasetMessages = {
  'unknown-column': 'The data has no column "{column}".{hint}',
  'broken-data': 'This data file cannot be read: {detail}',
  'missing-split': 'The data has no split "{split}".{hint}',
  'missing-data': 'No data files here: {path}. Name files under dataset_kwargs.data_files, or a folder that holds json, jsonl, csv, tsv, txt, parquet or arrow files.',
  'hub-data': 'The data set "{id}" is not on this machine: neither in the hub cache nor in that of datasets. Fetch it there, or save it as local files and name them in dataset_path and dataset_kwargs.data_files.',
  'hub-incomplete': 'Of the data set "{id}" a file is not on this machine: {file}. Fetch it into the hub cache.',
  'hub-not-cached': 'The data set "{id}" is not on this machine, so its columns and splits are not checked.',
  'unknown-data-config': 'The data set {path} has no config "{name}".{hint}',
  'missing-data-config': 'The data set {path} has several configs. Name one of them in dataset_name: {names}.',
  'unknown-data-option': 'dataset_kwargs.{key} is not an option of the {builder} reader.{hint}',
  'unsupported-data-option': 'dataset_kwargs.{key}: {value} cannot be honoured for {builder} files yet. Leave it out, or save the data so that it is not needed.',
  'too-many-files': 'More than {most} files and folders lie below {path}. Name the data files more closely.',
  'unsupported-data': 'Data of this kind cannot be read yet: {kind}. Save it as json, csv, text, parquet or arrow.',
  'took-too-long': 'Reading {what} took longer than {seconds} s and was ended. Look at it: it may be damaged, or far larger than what is asked of it.',
  'reader-died': 'The process that reads files ended while it was at {what} ({cause}). The file may be damaged or far too large; nothing else is affected.',
} as const;
