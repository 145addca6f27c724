/** Reading the rows of a split. */
export const datasetMessages = {
  'unknown-column': 'The data has no column "{column}".{hint}',
  'broken-data': 'This data file cannot be read: {detail}',
  'missing-split': 'The data has no split "{split}".{hint}',
} as const;
