/** Parquet files, row group by row group, with the values pyarrow gives Python. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { AssayError } from '../protocol/errors';
import type { Doc } from '../python/value';
import { broken } from './file-text';
import { parquetValue } from './parquet-value';

const RAW_PARSERS = {
  timestampFromMilliseconds: (millis: bigint): bigint => millis,
  timestampFromMicroseconds: (micros: bigint): bigint => micros,
  timestampFromNanoseconds: (nanos: bigint): bigint => nanos,
  dateFromDays: (days: number): number => days,
};

type OpenFile = { readonly buffer: AsyncBuffer; readonly metadata: FileMetaData };

/** Rows of one file; `columns` null: all. Throws AssayError (missing-file, broken-data). */
export async function readParquet(file: string, columns: readonly string[] | null): Promise<Doc[]> {
  const { buffer, metadata } = await open(file);
  const fields = parquetSchema(metadata).children.filter(({ element }) => columns === null || columns.includes(element.name));
  const names = fields.map(({ element }) => element.name);
  const rows: Doc[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    if (end > start) {
      const objects = await guarded(file, () =>
        parquetReadObjects({
          file: buffer,
          metadata: { ...metadata, schema: metadata.schema.map(undecoded) },
          columns: names,
          rowStart: start,
          rowEnd: end,
          compressors,
          parsers: RAW_PARSERS,
          utf8: false,
          geoparquet: false,
        }),
      );
      for (const object of objects) rows.push(new Map(fields.map((field) => [field.element.name, parquetValue(object[field.element.name], field)])));
    }
    start = end;
  }
  return rows;
}

/** Column names from the footer alone. */
export async function parquetColumns(file: string): Promise<string[]> {
  const { metadata } = await open(file);
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

async function open(file: string): Promise<OpenFile> {
  return guarded(file, async () => {
    const buffer = await asyncBufferFromFile(file);
    return { buffer, metadata: await parquetMetadataAsync(buffer, { geoparquet: false }) };
  });
}

/** Decimals would lose digits as doubles and JSON its spelling: both are read as stored. */
function undecoded(element: SchemaElement): SchemaElement {
  if (element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL') {
    const stored = { ...element };
    delete stored.converted_type;
    delete stored.logical_type;
    return stored;
  }
  return element.converted_type === 'JSON' ? { ...element, converted_type: 'UTF8' } : element;
}

async function guarded<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AssayError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new AssayError('missing-file', { path: file }, { file });
    throw broken(file, error instanceof Error ? error.message : String(error));
  }
}
