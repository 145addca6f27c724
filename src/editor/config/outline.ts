import { kindOf, type ConfigKind } from '../../config/config-kind';
import { lensPlaces } from '../../config/lenses';
import { parseSource } from '../../config/source';
import type { TextRange } from '../../protocol/problem';

/** What of an eval config, task file or group file a lens or a tree shows. Offsets are UTF-16. */
export type Outline = {
  readonly kind: ConfigKind;
  readonly entries: readonly OutlineEntry[];
};

export type OutlineEntry = {
  /** `tasks[1]` */
  readonly configPath: string;
  readonly label: string;
  readonly offset: number;
};

/** `not-eval`: some other YAML. `broken`: cannot be read at the moment. */
export type Outlined = Outline | 'not-eval' | 'broken';
export type OutlineReader = (file: string, text: string) => Outlined;

export function outlineOf(file: string, text: string): Outlined {
  const source = parseSource(text, file);
  const kind = kindOf(source.root, file);
  if (source.problems.some((problem) => problem.code === 'yaml-syntax')) return 'broken';
  const places = lensPlaces(source);
  if (kind === null || places.whole === null) return 'not-eval';
  return { kind, entries: places.entries.map(({ configPath, label, range }) => ({ configPath, label: shortName(label), offset: range.start })) };
}

/** Where a config path stands in a text: `tasks[1].expect.acc` with its key. null: no longer there. */
export function findPath(file: string, text: string, configPath: string): TextRange | null {
  const place = parseSource(text, file).rangeOf(configPath);
  return place && { start: place.key?.start ?? place.value.start, end: place.value.end };
}

/** A file is called by its stem, as its results are. */
function shortName(label: string): string {
  return label.split('/').at(-1)?.replace(/\.(ya?ml|txt|jsonl?|csv|tsv|parquet)$/, '') || label;
}
