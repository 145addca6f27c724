/** Which reader a file needs, by its name. */
import { AssayError } from '../protocol/errors';

export type Builder = 'json' | 'csv' | 'text' | 'parquet' | 'arrow';

const BUILDERS: ReadonlySet<string> = new Set<Builder>(['json', 'csv', 'text', 'parquet', 'arrow']);
const OTHER_BUILDERS: ReadonlySet<string> = new Set([
  'xml', 'webdataset', 'imagefolder', 'audiofolder', 'videofolder', 'pdffolder', 'niftifolder', 'hdf5', 'sql', 'pandas', 'lance', 'generator', 'spark', 'eval', 'cache',
]);
const EXTENSIONS: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['json', 'json'], ['jsonl', 'json'], ['ndjson', 'json'], ['csv', 'csv'], ['tsv', 'csv'], ['txt', 'text'], ['parquet', 'parquet'], ['arrow', 'arrow'],
]);
/** Which wins where two are equally common. */
const PREFERENCE: readonly Builder[] = ['parquet', 'arrow', 'json', 'csv', 'text'];

/** The builder that `dataset_path` names; null for a folder or a hub id. Throws AssayError (unsupported-data). */
export function namedBuilder(path: string): Builder | null {
  if (OTHER_BUILDERS.has(path)) throw new AssayError('unsupported-data', { kind: path });
  return isBuilder(path) ? path : null;
}

function isBuilder(path: string): path is Builder {
  return BUILDERS.has(path);
}

export function builderOf(file: string): Builder | null {
  return EXTENSIONS.get(extensionOf(file)) ?? null;
}

/** The builder of most files; ties go to the one `datasets` prefers. Throws AssayError (missing-data). */
export function commonBuilder(files: readonly string[], path: string): Builder {
  const counts = new Map<Builder, number>();
  for (const file of files) {
    const builder = builderOf(file);
    if (builder !== null) counts.set(builder, (counts.get(builder) ?? 0) + 1);
  }
  const [best] = PREFERENCE.filter((builder) => counts.has(builder)).sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  if (best !== undefined) return best;
  throw new AssayError('missing-data', { path });
}

/** In lower case, without what says how the file is packed. */
function extensionOf(file: string): string {
  return /\.(\w+?)(?:\.(?:gz|zst|xz|bz2|lz4|zip))?$/.exec(file)?.[1]?.toLowerCase() ?? '';
}
