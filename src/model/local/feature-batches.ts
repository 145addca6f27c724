import type { Pooling } from '../onnx/wire';
import type { EncodedFeatures } from './encode-features';

/** Numbers that a batch gives back at most, unless a single row gives more: 16 MB. */
const MOST_NUMBERS = 1 << 22;

/** Rows that are read together. Each gives all of `wanted`. */
export type FeatureBatch = { readonly rows: readonly FeatureRow[]; readonly wanted: readonly Pooling[] };
/** A text once, whoever asks for it: indices of the requests it answers. */
export type FeatureRow = { readonly tokens: Int32Array; readonly requests: readonly number[] };

/** Batches of a block of requests, texts of about one length together, the longest first. `width`: numbers of one vector. */
export function planFeatures(requests: readonly EncodedFeatures[], width: number, budget: number): FeatureBatch[] {
  const batches: { rows: FeatureRow[]; wanted: Map<string, Pooling> }[] = [];
  for (const row of rowsOf(requests).sort((a, b) => b.tokens.length - a.tokens.length)) {
    const open = batches.at(-1);
    const wanted = poolings(row, requests);
    const together = new Map([...(open?.wanted ?? []), ...wanted]);
    const count = (open?.rows.length ?? 0) + 1;
    const fits = open !== undefined && count * (open.rows[0]?.tokens.length ?? 0) <= budget && count * together.size * width <= MOST_NUMBERS;
    if (fits) {
      open.rows.push(row);
      open.wanted = together;
    } else {
      batches.push({ rows: [row], wanted });
    }
  }
  return batches.map(({ rows, wanted }) => ({ rows, wanted: [...wanted.values()] }));
}

/** One for each distinct text. */
function rowsOf(requests: readonly EncodedFeatures[]): FeatureRow[] {
  const byText = new Map<string, { tokens: Int32Array; requests: number[] }>();
  requests.forEach(({ request: { text }, tokens }, index) => {
    const known = byText.get(text);
    if (known === undefined) byText.set(text, { tokens: Int32Array.from(tokens), requests: [index] });
    else known.requests.push(index);
  });
  return [...byText.values()];
}

function poolings(row: FeatureRow, requests: readonly EncodedFeatures[]): Map<string, Pooling> {
  return new Map(row.requests.flatMap((index) => requests[index]?.wanted ?? []).map((pooling) => [poolingKey(pooling), pooling]));
}

export function poolingKey({ layer, pool }: Pooling): string {
  return `${pool} ${layer}`;
}
