/** Arrow IPC, as a stream (caches of `datasets`, save_to_disk) or a file, batch by batch, with the values pyarrow gives Python. */
import type { FileHandle } from 'node:fs/promises';
import { type AsyncRecordBatchFileReader, type AsyncRecordBatchStreamReader, RecordBatchReader, type Schema } from 'apache-arrow';
import { AssayError } from '../protocol/errors';
import { arrowMessages, SchemaIsLast } from './arrow-messages';
import { arrowColumn, UnsupportedArrow } from './arrow-value';
import { broken } from './broken';
import { openPlain } from './file-bytes';
import { declaredFeatures, withJson } from './hf-features';
import type { Intake } from './intake';

const FEATURES = 'huggingface';

/** Rows of one file; of batches that are not wanted only the headers are read. Throws AssayError (missing-file, broken-data, unsupported-data). */
export async function readArrow(file: string, intake: Intake): Promise<void> {
  const wanted = (rows: number): boolean => {
    if (intake.columns === null || !intake.isFull) return true;
    intake.skip(rows);
    return false;
  };
  await opened(file, { wanted, done: () => intake.isDone }, async (reader) => {
    const { schema } = reader;
    intake.open(columnsOf(schema), file);
    const features = declaredFeatures(schema.metadata.get(FEATURES) ?? null);
    for await (const batch of reader) {
      const columns = batch.data.children.map((data, index) => withJson(arrowColumn(data, batch.numRows), features, schema.fields[index]?.name ?? ''));
      for (let row = 0; row < batch.numRows; row++) {
        if (intake.isFull) {
          intake.skip(batch.numRows - row);
          break;
        }
        intake.put(columns.map((column) => column(row)));
        if (intake.isTired) await intake.rest();
      }
    }
  });
}

/** Column names from the schema alone. */
export function arrowColumns(file: string): Promise<readonly string[]> {
  return opened(file, { wanted: () => false, done: () => true }, (reader) => Promise.resolve(columnsOf(reader.schema)));
}

/** Which batches are read, by their rows, and when nothing more is. */
type Wish = { readonly wanted: (rows: number) => boolean; readonly done: () => boolean };

type Reader = AsyncRecordBatchStreamReader | AsyncRecordBatchFileReader;

async function opened<T>(file: string, wish: Wish, use: (reader: Reader) => Promise<T>): Promise<T> {
  const { handle, size } = await openPlain(file);
  try {
    let reader: Reader;
    try {
      reader = await RecordBatchReader.from(piecesOf(handle, size, wish));
      await reader.open();
    } catch (error) {
      if (!(error instanceof SchemaIsLast)) throw error;
      reader = (await RecordBatchReader.from(handle)) as AsyncRecordBatchFileReader;
      await reader.open();
    }
    return await use(reader);
  } catch (error) {
    if (error instanceof AssayError || (error instanceof Error && error.name === 'AbortError')) throw error;
    if (error instanceof UnsupportedArrow) throw new AssayError('unsupported-data', { kind: error.message }, { file });
    throw broken(file, `it is damaged, or no Arrow file: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await handle.close();
  }
}

async function* piecesOf(handle: FileHandle, size: number, { wanted, done }: Wish): AsyncGenerator<Buffer> {
  for await (const { rows, header, body } of arrowMessages(handle, size)) {
    if (rows !== null && !wanted(rows)) continue;
    yield header;
    yield await body();
    if (done()) return;
  }
}

function columnsOf({ fields }: Schema): string[] {
  return fields.map(({ name }) => name);
}
