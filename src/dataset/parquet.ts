/** Parquet files, row group by row group, with the values pyarrow gives Python. */
import type { FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { AsyncBuffer, FileMetaData, RowGroup, SchemaElement, SchemaTree } from 'hyparquet';
import { AssayError } from '../protocol/errors';
import { broken } from './broken';
import { openPlain } from './file-bytes';
import { type DeclaredFeatures, declaredFeatures, withJson } from './hf-features';
import type { Intake } from './intake';
import { parquetCodecs } from './parquet-codecs';
import { parquetValue } from './parquet-value';

const RAW_PARSERS = {
  timestampFromMilliseconds: (millis: bigint): bigint => millis,
  timestampFromMicroseconds: (micros: bigint): bigint => micros,
  timestampFromNanoseconds: (nanos: bigint): bigint => nanos,
  dateFromDays: (days: number): number => days,
};

type OpenFile = { readonly buffer: AsyncBuffer; readonly metadata: FileMetaData; readonly fields: readonly SchemaTree[]; readonly features: DeclaredFeatures };

/**
 * How much of a row group is decoded at once: all of one of `bytes` (decoded) or less, else `rows` of one that has an index of
 * its pages.
 */
export type ParquetWindow = { readonly bytes: number; readonly rows: number };

const WINDOW: ParquetWindow = { bytes: 64 << 20, rows: 50_000 };

/** Rows of one file; `columns` null: all. Throws AssayError (missing-file, broken-data). */
export async function readParquet(file: string, columns: readonly string[] | null, intake: Intake, most: ParquetWindow = WINDOW): Promise<void> {
  await withFile(file, async ({ buffer, metadata, fields: all, features }) => {
    const fields = all.filter(({ element }) => columns === null || columns.includes(element.name));
    intake.open(fields.map(({ element }) => element.name), file);
    let start = 0;
    for (const group of metadata.row_groups) {
      const end = start + rowCount(group);
      const window = windowOf(group, fields, most);
      for (; start < end; start = Math.min(end, start + window)) {
        if (intake.isDone) return;
        if (intake.isFull) intake.skip(Math.min(end, start + window) - start);
        else await readRowRange({ buffer, metadata, fields, features }, start, Math.min(end, start + window), intake);
      }
    }
  });
}

/** Column names from the footer alone. */
export function parquetColumns(file: string): Promise<readonly string[]> {
  return withFile(file, ({ fields }) => Promise.resolve(fields.map(({ element }) => element.name)));
}

function windowOf({ columns }: RowGroup, fields: readonly SchemaTree[], most: ParquetWindow): number {
  const names = new Set(fields.map(({ element }) => element.name));
  const own = columns.filter(({ meta_data: meta }) => names.has(meta?.path_in_schema[0] ?? ''));
  const size = own.reduce((sum, { meta_data: meta }) => sum + Number(meta?.total_uncompressed_size ?? 0), 0);
  return size > most.bytes && own.every(({ offset_index_offset: index }) => index !== undefined) ? most.rows : Infinity;
}

function rowCount({ num_rows: rows }: RowGroup): number {
  const count = Number(rows);
  if (!Number.isSafeInteger(count) || count < 0) throw new Error(`a row group of ${count} rows`);
  return count;
}

async function readRowRange({ buffer, metadata, fields, features }: OpenFile, start: number, end: number, intake: Intake): Promise<void> {
  const columns: ArrayLike<unknown>[] = [];
  // One after the other: of columns read together, the second that fails would be a rejection that nobody hears.
  for (const { element } of fields) {
    const values = await columnValues(buffer, metadata, element.name, start, end);
    if (values.length < end - start) throw new Error(`column "${element.name}" ends too early`);
    columns.push(values);
    if (intake.isTired) await intake.rest();
  }
  const read = fields.map((field, index) => withJson((row) => parquetValue(columns[index]?.[row], field), features, field.element.name));
  for (let row = 0; row < end - start; row++) {
    if (intake.isFull) return intake.skip(end - start - row);
    intake.put(read.map((column) => column(row)));
    if (intake.isTired) await intake.rest();
  }
}

/** Values of one column from row `start` up to `end`. */
async function columnValues(file: AsyncBuffer, metadata: FileMetaData, name: string, start: number, end: number): Promise<ArrayLike<unknown>> {
  const chunks: { readonly from: number; readonly values: ArrayLike<unknown> }[] = [];
  await parquetRead({
    file,
    metadata: { ...metadata, schema: metadata.schema.map(undecoded) },
    columns: [name],
    rowStart: start,
    rowEnd: end,
    useOffsetIndex: true,
    compressors: await parquetCodecs(),
    parsers: RAW_PARSERS,
    utf8: false,
    geoparquet: false,
    onChunk: ({ columnData, rowStart }) => chunks.push({ from: rowStart, values: columnData }),
  });
  const values: unknown[] = [];
  for (const chunk of chunks) {
    const last = Math.min(chunk.values.length, end - chunk.from);
    for (let index = Math.max(0, start - chunk.from); index < last; index++) values.push(chunk.values[index]);
  }
  return values;
}

async function withFile<T>(file: string, use: (open: OpenFile) => Promise<T>): Promise<T> {
  const { handle, size } = await openPlain(file);
  try {
    const buffer = asyncBuffer(handle, size);
    const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
    const declared = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value ?? null;
    return await use({ buffer, metadata, fields: parquetSchema(metadata).children, features: declaredFeatures(declared) });
  } catch (error) {
    if (error instanceof AssayError || isAbort(error)) throw error;
    throw broken(file, `it is damaged, or no Parquet file: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await handle.close();
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Reads inside the file only, whatever its footer says. */
function asyncBuffer(handle: FileHandle, size: number): AsyncBuffer {
  return {
    byteLength: size,
    async slice(start, end = size) {
      if (!(start >= 0 && start <= end && end <= size)) throw new Error(`bytes ${start} to ${end} of a file of ${size}`);
      const bytes = new Uint8Array(end - start);
      for (let done = 0; done < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) throw new Error('the file ends too early');
        done += bytesRead;
      }
      return bytes.buffer;
    },
  };
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
