/** Documents by their hash: what tells whether two runs answered the same ones. Half of the 256 bits are kept. */
const BYTES = 16;

/** Places in two runs of the documents both have, in the order of the first; and how many only one has. */
export type Pairs = { readonly baseline: Uint32Array; readonly other: Uint32Array; readonly unpaired: number };

export class DocumentHashes {
  private readonly bytes: Buffer;

  constructor(readonly length: number) {
    this.bytes = Buffer.alloc(length * BYTES);
  }

  /** `hash`: 64 hex digits. */
  set(index: number, hash: string): void {
    this.bytes.write(hash.slice(0, 2 * BYTES), index * BYTES, 'hex');
  }

  get(index: number): string {
    return this.bytes.toString('latin1', index * BYTES, (index + 1) * BYTES);
  }

  /** Equal documents of one run are paired in their order. */
  pairsWith(other: DocumentHashes): Pairs {
    if (this.bytes.equals(other.bytes)) {
      const same = Uint32Array.from({ length: this.length }, (_, index) => index);
      return { baseline: same, other: same, unpaired: 0 };
    }
    const places = new Map<string, number[]>();
    for (let index = other.length - 1; index >= 0; index--) {
      const hash = other.get(index);
      const known = places.get(hash);
      if (known === undefined) places.set(hash, [index]);
      else known.push(index);
    }
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let index = 0; index < this.length; index++) {
      const place = places.get(this.get(index))?.pop();
      if (place === undefined) continue;
      ours.push(index);
      theirs.push(place);
    }
    return { baseline: Uint32Array.from(ours), other: Uint32Array.from(theirs), unpaired: this.length + other.length - 2 * ours.length };
  }
}
