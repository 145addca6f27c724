import { kindOf, type ConfigKind } from './config-kind';
import type { ExpectEntry } from './definition';
import { entryDigest } from './entry-digest';
import type { ParsedConfig } from './eval-config';
import { lensPlaces } from './lenses';

/** What of an eval config, task file or group file a lens or a tree shows. Offsets are UTF-16. */
export type Outline = {
  readonly kind: ConfigKind;
  /** Entries of `tasks:`, in the order of the text; none in a task or group file. */
  readonly entries: readonly OutlineEntry[];
  /** Digest of a task or group file that is run as it is. */
  readonly digest: string | null;
};

export type OutlineEntry = {
  /** `tasks[1]` */
  readonly configPath: string;
  readonly label: string;
  readonly offset: number;
  /** What a run of it is known by, wherever it stands; null where it cannot be understood. */
  readonly digest: string | null;
  readonly expect: readonly ExpectEntry[];
};

/** `not-eval`: some other YAML. `broken`: cannot be read at the moment. */
export type Outlined = Outline | 'not-eval' | 'broken';

export function outlineOf({ source, config, problems }: ParsedConfig): Outlined {
  const kind = kindOf(source.root, source.file);
  if (problems.some(({ code, severity }) => code === 'yaml-syntax' && severity === 'error')) return 'broken';
  const places = lensPlaces(source);
  if (kind === null || places.whole === null) return 'not-eval';
  const byPath = new Map(config.tasks.map((entry) => [entry.configPath, entry]));
  const whole = kind === 'eval' ? undefined : config.tasks[0];
  return {
    kind,
    digest: whole === undefined ? null : entryDigest(whole, config),
    entries: places.entries.map(({ configPath, label, range }) => {
      const entry = byPath.get(configPath);
      const name = entry?.source.kind === 'perplexity' ? entry.source.name : null;
      return { configPath, label: name ?? shortName(label), offset: range.start, digest: entry === undefined ? null : entryDigest(entry, config), expect: entry?.expect ?? [] };
    }),
  };
}

/** A file is called by its stem, as its results are. */
function shortName(label: string): string {
  return label.split('/').at(-1)?.replace(/\.(ya?ml|txt|jsonl?|csv|tsv|parquet)$/, '') || label;
}
