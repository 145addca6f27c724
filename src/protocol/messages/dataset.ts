/** Reading the rows of a split. */
export const datasetMessages = {
  'unknown-column': 'The data has no column "{column}".{hint}',
  'broken-data': 'This data file cannot be read: {detail}',
  'missing-split': 'The data has no split "{split}".{hint}',
  'missing-data': 'No data files here: {path}. Name files under dataset_kwargs.data_files, or a folder that holds json, jsonl, csv, tsv, txt or parquet files.',
  'hub-data': 'The data set "{id}" is not on this machine, and Assay does not read hub data yet. Save it as local files (json, csv, text or parquet) and name them in dataset_path and dataset_kwargs.data_files.',
  'unsupported-data': 'Data of this kind cannot be read yet: {kind}. Save it as json, csv, text or parquet.',
  'took-too-long': 'Reading {what} took longer than {seconds} s and was ended. Look at it: it may be damaged, or far larger than what is asked of it.',
  'reader-died': 'The process that reads files ended while it was at {what} ({cause}). The file may be damaged or far too large; nothing else is affected.',
} as const;
