import { dictGet } from './compare';
import { collect, spendItems } from './effort';
import { PyError } from './errors';
import { clip, requireIndex } from './number';
import { PyObject } from './object';
import { repr, typeName } from './print';
import { codePoints, isSingleUnits } from './unicode';
import { PyOpaque, PyTuple, type PyValue } from './value';

/** `value[key]`. Throws PyError KeyError, IndexError or TypeError. */
export function getItem(value: PyValue, key: PyValue): PyValue {
  if (value instanceof Map) {
    const item = dictGet(value, key);
    if (item === undefined) throw new PyError('KeyError', repr(key));
    return item;
  }
  const items = sequenceItems(value);
  if (items !== null) {
    if (typeof key !== 'bigint' && typeof key !== 'boolean') {
      throw new PyError('TypeError', `${typeName(value) === 'str' ? 'string' : typeName(value)} indices must be integers or slices, not ${typeName(key)}`);
    }
    const index = clip(requireIndex(key));
    const item = items[index < 0 ? index + items.length : index];
    if (item === undefined) throw new PyError('IndexError', `${typeName(value) === 'str' ? 'string' : typeName(value)} index out of range`);
    return item;
  }
  const own = value instanceof PyObject ? value.item(key) : undefined;
  if (own !== undefined) return own;
  throw new PyError('TypeError', `'${typeName(value)}' object is not subscriptable`);
}

function sequenceItems(value: PyValue): ArrayLike<PyValue> | null {
  if (typeof value === 'string') return isSingleUnits(value) ? value : codePoints(value);
  if (Array.isArray(value)) return value;
  return value instanceof PyTuple ? value.items : null;
}

export type SlicePart = PyValue | undefined;

/** `value[start:stop:step]` of a str, list, tuple or range. Throws PyError. */
export function getSlice(value: PyValue, start: SlicePart, stop: SlicePart, step: SlicePart): PyValue {
  if (value instanceof PyObject && value.iterate() !== null && value.length() !== null) {
    return getSlice(collect(value.iterate() ?? []), start, stop, step);
  }
  if (value === null || value instanceof Map || value instanceof PyOpaque) throw new PyError('TypeError', value instanceof Map ? "unhashable type: 'slice'" : `'${typeName(value)}' object is not subscriptable`);
  const items = sequenceItems(value);
  if (items === null) throw new PyError('TypeError', `'${typeName(value)}' object is not subscriptable`);
  const { first, last, stride } = slicePart(items.length, start, stop, step);
  if (typeof items === 'string' && stride === 1) return items.slice(first, Math.max(first, last));
  const picked = sliceIndices(first, last, stride).map((index) => items[index] ?? null);
  if (typeof value === 'string') return picked.join('');
  return value instanceof PyTuple ? new PyTuple(picked) : picked;
}

/** `slice(start, stop, step).indices(length)` */
function slicePart(length: number, start: SlicePart, stop: SlicePart, step: SlicePart): { readonly first: number; readonly last: number; readonly stride: number } {
  const stride = part(step) ?? 1;
  if (stride === 0) throw new PyError('ValueError', 'slice step cannot be zero');
  const [low, high] = stride > 0 ? [0, length] : [-1, length - 1];
  const bound = (given: number | null, otherwise: number): number => {
    if (given === null) return otherwise;
    return Math.min(high, Math.max(low, given < 0 ? given + length : given));
  };
  return { first: bound(part(start), stride > 0 ? low : high), last: bound(part(stop), stride > 0 ? high : low), stride };
}

function sliceIndices(first: number, last: number, stride: number): number[] {
  spendItems(Math.max(0, Math.ceil((last - first) / stride)));
  const indices: number[] = [];
  for (let index = first; stride > 0 ? index < last : index > last; index += stride) indices.push(index);
  return indices;
}

function part(value: SlicePart): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'bigint' && typeof value !== 'boolean') {
    throw new PyError('TypeError', 'slice indices must be integers or None or have an __index__ method');
  }
  return clip(requireIndex(value));
}
