import { basename } from 'node:path';
import type { TensorDtype, TensorPlace } from './checkpoint';
import { broken, reasonOf } from './failure';
import { isObject, type JsonObject } from './json-file';
import { firstDuplicateKey } from './json-keys';

/** Bits of one element of every dtype the format knows. */
const DTYPE_BITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    4: ['F4'],
    6: ['F6_E2M3', 'F6_E3M2'],
    8: ['BOOL', 'U8', 'I8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E5M2FNUZ', 'F8_E4M3FNUZ'],
    16: ['I16', 'U16', 'F16', 'BF16'],
    32: ['I32', 'U32', 'F32'],
    64: ['I64', 'U64', 'F64', 'C64'],
  }).flatMap(([bits, names]) => names.map((name): [string, number] => [name, Number(bits)])),
);

/** More axes than any tensor has; keeps hostile shapes short. */
const MOST_AXES = 32;

/** Where the header was found: `path` names it to people, `file` is the real path that is mapped. */
export type HeaderSource = { readonly path: string; readonly file: string; readonly dataStart: number; readonly dataLength: number };

export type HeaderTensors = {
  readonly tensors: readonly TensorPlace[];
  /** Tensors of a dtype that no weight has (masks, counters, quantised blocks): name -> dtype. */
  readonly otherTensors: ReadonlyMap<string, string>;
};

/**
 * Checks a safetensors header against the bytes that follow it, by the rules of the safetensors library:
 * known dtypes, whole non-negative shapes, and tensors that cover the data exactly, without gap or overlap.
 * Throws `broken-checkpoint` naming file, tensor and cause.
 */
export function parseHeader(header: Uint8Array, source: HeaderSource): HeaderTensors {
  const all = Object.entries(parseHeaderJson(header, source.path))
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => parseEntry(name, entry, source));
  checkCoverage(all, source);

  const tensors: TensorPlace[] = [];
  const otherTensors = new Map<string, string>();
  for (const entry of all) {
    if (isWeightDtype(entry.dtype)) tensors.push({ ...entry, dtype: entry.dtype });
    else otherTensors.set(entry.name, entry.dtype);
  }
  return { tensors, otherTensors };
}

type HeaderEntry = Omit<TensorPlace, 'dtype'> & { readonly dtype: string };

function isWeightDtype(dtype: string): dtype is TensorDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

function parseHeaderJson(header: Uint8Array, path: string): JsonObject {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    value = JSON.parse(text);
  } catch (error) {
    throw broken(`the header of ${basename(path)} is not valid JSON (${reasonOf(error)}).`, { file: path }, error);
  }
  if (!isObject(value)) throw broken(`the header of ${basename(path)} must be a JSON object.`, { file: path });
  const duplicate = firstDuplicateKey(text);
  if (duplicate !== null) {
    throw broken(`the header of ${basename(path)} names "${duplicate}" twice.`, { file: path, tensor: duplicate });
  }
  return value;
}

function parseEntry(name: string, entry: unknown, source: HeaderSource): HeaderEntry {
  const fail = (cause: string) =>
    broken(`tensor "${name}" in ${basename(source.path)}: ${cause}.`, { file: source.path, tensor: name });
  if (!isObject(entry)) throw fail('its entry is not a JSON object');

  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') throw fail('it has no dtype');
  const bits = DTYPE_BITS.get(dtype);
  if (bits === undefined) throw fail(`the dtype ${dtype.slice(0, 40)} is unknown`);
  if (!Array.isArray(shape)) throw fail('its shape is not a list');
  if (shape.length > MOST_AXES) throw fail(`its shape has ${shape.length} axes`);
  if (!shape.every(isCount)) throw fail(`its shape [${shape.map(String).join(', ').slice(0, 80)}] holds something that is not a size`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) throw fail('its data_offsets are not two byte positions');

  const [begin, end] = offsets as [number, number];
  if (begin > end) throw fail(`its data_offsets [${begin}, ${end}] run backwards`);
  if (end > source.dataLength) {
    throw fail(`its data ends at byte ${end} of ${source.dataLength}; the file is truncated or the header is wrong`);
  }
  const length = byteLength(shape, bits);
  if (length !== end - begin) {
    throw fail(`${dtype} of shape [${shape.join(', ')}] needs ${length ?? 'far too many'} bytes, its data_offsets hold ${end - begin}`);
  }
  return { name, file: source.file, dtype, shape, offset: source.dataStart + begin, length };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Bytes of a tensor; null when that is no whole number of bytes or beyond any file. */
function byteLength(shape: readonly number[], bits: number): number | null {
  if (shape.includes(0)) return 0;
  let elements = 1;
  for (const size of shape) {
    elements *= size;
    if (!Number.isSafeInteger(elements)) return null;
  }
  const bytes = (elements * bits) / 8;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Tensors follow each other from the first byte of the data to the last. */
function checkCoverage(entries: readonly HeaderEntry[], { path, dataStart, dataLength }: HeaderSource): void {
  const file = basename(path);
  let reached = 0;
  for (const { name, offset, length } of [...entries].sort((a, b) => a.offset - b.offset || a.length - b.length)) {
    const begin = offset - dataStart;
    if (begin < reached) throw broken(`tensor "${name}" in ${file} overlaps the tensor before it.`, { file: path, tensor: name });
    if (begin > reached) {
      throw broken(`bytes ${reached} to ${begin} before tensor "${name}" in ${file} belong to no tensor.`, { file: path, tensor: name });
    }
    reached = begin + length;
  }
  if (reached !== dataLength) throw broken(`the last ${dataLength - reached} bytes of ${file} belong to no tensor.`, { file: path });
}
