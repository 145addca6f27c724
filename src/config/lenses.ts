import type { TextRange } from '../protocol/problem';
import { joinPath } from './config-path';
import { kindOf } from './config-kind';
import { firstLineEnd, type ConfigSource } from './source';

export type LensPlace = { readonly configPath: string; readonly label: string; readonly range: TextRange };

export type LensPlaces = {
  /** The first line; null where there is nothing to run. */
  readonly whole: TextRange | null;
  /** One for each entry of `tasks:`, in the order of the text. */
  readonly entries: readonly LensPlace[];
};

/** Where the editor puts its lenses: above the first line, and above each entry of `tasks:`. */
export function lensPlaces(source: ConfigSource): LensPlaces {
  const kind = kindOf(source.root, source.file);
  if (kind === null || !(source.root instanceof Map)) return { whole: null, entries: [] };
  const whole = { start: 0, end: firstLineEnd(source.text) };
  const tasks = source.root.get('tasks');
  if (kind !== 'eval') return { whole, entries: [] };
  if (!Array.isArray(tasks)) return { whole: source.root.size > 0 ? whole : null, entries: [] };
  const entries = tasks.flatMap((item, index) => {
    const configPath = joinPath('tasks', index);
    const place = source.rangeOf(configPath);
    const label = item instanceof Map ? (item.get('name') ?? item.get('task') ?? item.get('perplexity')) : item;
    return place === null || typeof label !== 'string' || label === '' ? [] : [{ configPath, label, range: place.value }];
  });
  return { whole, entries };
}
