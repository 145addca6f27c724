/** Text of a data file as Python's `open(…, encoding=…)` decodes it, before newlines are translated. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { isUtf8 } from 'node:buffer';
import { AssayError } from '../protocol/errors';

/** A data file's bytes; `.gz` is unpacked. Throws AssayError (missing-file, broken-data, unsupported-data). */
export async function fileBytes(file: string): Promise<Buffer> {
  const packed = /\.(zst|xz|bz2|lz4|zip)$/.exec(file)?.[1];
  if (packed !== undefined) throw new AssayError('unsupported-data', { kind: `.${packed}` }, { file });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (isMissing(error)) throw new AssayError('missing-file', { path: file }, { file });
    throw broken(file, error instanceof Error ? error.message : String(error));
  }
  if (!file.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw broken(file, `gzip: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `utf-8` keeps a byte order mark as a character, as in Python; `utf-8-sig` drops it. */
export function decode(bytes: Buffer, encoding: string, file: string): string {
  switch (encoding.toLowerCase().replaceAll('_', '-')) {
    case 'utf-8':
    case 'utf8':
      return decodeUtf8(bytes, file);
    case 'utf-8-sig':
      return decodeUtf8(bytes, file).replace(/^\ufeff/, '');
    case 'latin-1':
    case 'latin1':
    case 'iso-8859-1':
      return bytes.toString('latin1');
    default:
      throw broken(file, `encoding "${encoding}" is not supported; use utf-8, utf-8-sig or latin-1`);
  }
}

export function broken(file: string, detail: string, line?: number): AssayError {
  const where = line === undefined ? detail : `line ${line}: ${detail}`;
  return new AssayError('broken-data', { detail: where }, line === undefined ? { file } : { file, line });
}

function decodeUtf8(bytes: Buffer, file: string): string {
  if (isUtf8(bytes)) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const offset = firstInvalidByte(bytes);
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
  throw broken(file, `it is not UTF-8: byte 0x${byte} at position ${offset}. Save it as UTF-8 or give dataset_kwargs.encoding`, line);
}

/** Where the first sequence that is no UTF-8 begins. */
function firstInvalidByte(bytes: Buffer): number {
  let begin = 0;
  let end = bytes.indexOf(10) + 1;
  while (end > 0 && isUtf8(bytes.subarray(begin, end))) {
    begin = end;
    end = bytes.indexOf(10, begin) + 1;
  }
  const line = bytes.subarray(begin, end === 0 ? undefined : end);
  let good = 0;
  for (let length = 1; length <= line.length; length++) {
    if (isUtf8(line.subarray(0, length))) good = length;
    else if (length - good >= 4) break;
  }
  return begin + good;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
