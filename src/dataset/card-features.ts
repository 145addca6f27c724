/** `dataset_info.features` of a card: the types that `datasets` casts columns to, where it reads them from json or csv. */
import type { PyValue } from '../python/value';
import type { ColumnType } from './column-type';

/** Column -> type. Columns of lists, structs and dates are left to what their values say. */
export type Features = ReadonlyMap<string, ColumnType>;

/** By config; one that has no name is `default`. */
export function featuresOf(info: PyValue): ReadonlyMap<string, Features> {
  const infos = Array.isArray(info) ? info : [info];
  const byConfig = new Map<string, Features>();
  for (const item of infos) {
    if (!(item instanceof Map)) continue;
    const name = item.get('config_name');
    const features = item.get('features') ?? null;
    if (Array.isArray(features)) byConfig.set(typeof name === 'string' ? name : 'default', new Map(features.flatMap(featureOf)));
  }
  return byConfig;
}

function featureOf(feature: PyValue): (readonly [string, ColumnType])[] {
  const name = feature instanceof Map ? feature.get('name') : null;
  const type = feature instanceof Map ? typeOfDtype(feature.get('dtype') ?? null) : null;
  return typeof name === 'string' && type !== null ? [[name, type]] : [];
}

function typeOfDtype(dtype: PyValue): ColumnType | null {
  if (dtype instanceof Map) {
    const label = dtype.get('class_label');
    const names = label instanceof Map ? (label.get('names') ?? null) : null;
    const list = names instanceof Map ? [...names.values()] : names;
    return Array.isArray(list) ? { kind: 'label', names: list.map(String) } : null;
  }
  if (typeof dtype !== 'string') return null;
  if (/^u?int(8|16|32|64)$/.test(dtype)) return { kind: 'int' };
  if (dtype === 'float64' || dtype === 'double') return { kind: 'float' };
  if (dtype === 'float32' || dtype === 'float') return { kind: 'float32' };
  if (dtype === 'string' || dtype === 'large_string') return { kind: 'string' };
  return dtype === 'bool' ? { kind: 'bool' } : null;
}
