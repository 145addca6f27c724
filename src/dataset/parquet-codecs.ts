import type { Compressors } from 'hyparquet';

let loaded: Promise<Compressors> | undefined;

/**
 * The codecs of Parquet pages, loaded with the first file that has some. Their Snappy is WebAssembly, which reserves gigabytes of
 * addresses as it loads: under a limit on those the package fails as a whole, and what is left is hyparquet's own Snappy.
 */
export function parquetCodecs(): Promise<Compressors> {
  return (loaded ??= import('hyparquet-compressors').then(
    ({ compressors }) => compressors,
    () => ({}),
  ));
}
