/** Parquet files, row group by row group, with the values pyarrow gives Python. */
import type { FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { AsyncBuffer, FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { AssayError } from '../protocol/errors';
import { broken } from './broken';
import { openPlain } from './file-bytes';
import type { Intake } from './intake';
import { parquetValue } from './parquet-value';

const RAW_PARSERS = {
  timestampFromMilliseconds: (millis: bigint): bigint => millis,
  timestampFromMicroseconds: (micros: bigint): bigint => micros,
  timestampFromNanoseconds: (nanos: bigint): bigint => nanos,
  dateFromDays: (days: number): number => days,
};

type OpenFile = { readonly buffer: AsyncBuffer; readonly metadata: FileMetaData; readonly fields: readonly SchemaTree[] };

/** Rows of one file; `columns` null: all. Throws AssayError (missing-file, broken-data). */
export async function readParquet(file: string, columns: readonly string[] | null, intake: Intake): Promise<void> {
  await withFile(file, async ({ buffer, metadata, fields: all }) => {
    const fields = all.filter(({ element }) => columns === null || columns.includes(element.name));
    intake.open(fields.map(({ element }) => element.name), file);
    let start = 0;
    for (const { num_rows: rows } of metadata.row_groups) {
      if (intake.isDone) return;
      const end = start + Number(rows);
      if (intake.isFull) intake.skip(end - start);
      else if (end > start) await readGroup({ buffer, metadata, fields }, start, end, intake);
      start = end;
    }
  });
}

/** Column names from the footer alone. */
export function parquetColumns(file: string): Promise<readonly string[]> {
  return withFile(file, ({ fields }) => Promise.resolve(fields.map(({ element }) => element.name)));
}

async function readGroup({ buffer, metadata, fields }: OpenFile, start: number, end: number, intake: Intake): Promise<void> {
  const columns = new Map<string, Column>(fields.map(({ element }) => [element.name, new Column()]));
  await parquetRead({
    file: buffer,
    metadata: { ...metadata, schema: metadata.schema.map(undecoded) },
    columns: [...columns.keys()],
    rowStart: start,
    rowEnd: end,
    compressors,
    parsers: RAW_PARSERS,
    utf8: false,
    geoparquet: false,
    onChunk: ({ columnName, columnData }) => columns.get(columnName)?.add(columnData),
  });
  const sources = fields.map((field) => ({ field, column: columns.get(field.element.name) ?? new Column() }));
  const short = sources.find(({ column }) => column.length < end - start);
  if (short !== undefined) throw new Error(`column "${short.field.element.name}" ends too early`);
  for (let row = start; row < end; row++) {
    if (intake.isFull) return intake.skip(end - row);
    intake.put(sources.map(({ field, column }) => parquetValue(column.next(), field)));
    if (intake.isTired) await intake.rest();
  }
}

/** Values of one column, chunk after chunk. */
class Column {
  private readonly chunks: ArrayLike<unknown>[] = [];
  private at = 0;
  length = 0;

  add(chunk: ArrayLike<unknown>): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  next(): unknown {
    while (this.at >= (this.chunks[0]?.length ?? Infinity)) {
      this.chunks.shift();
      this.at = 0;
    }
    return this.chunks[0]?.[this.at++];
  }
}

async function withFile<T>(file: string, use: (open: OpenFile) => Promise<T>): Promise<T> {
  const { handle, size } = await openPlain(file);
  try {
    const buffer = asyncBuffer(handle, size);
    const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
    return await use({ buffer, metadata, fields: parquetSchema(metadata).children });
  } catch (error) {
    if (error instanceof AssayError || isAbort(error)) throw error;
    throw broken(file, error instanceof Error ? error.message : String(error));
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
