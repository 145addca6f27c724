import { Tensor } from 'onnxruntime-node';
import type { LayerCache } from './row-inputs';

type Layer = { readonly ports: LayerCache; readonly key: Float32Array; readonly value: Float32Array };
type Bound = { readonly past: Readonly<Record<string, Tensor>>; readonly present: Readonly<Record<string, Tensor>> };

/**
 * Keys and values of `rows` rows of up to `places` tokens each. The engine reads and writes them where they lie: a run over some of
 * the rows is handed a view of the same memory as what it is fed and as what it gives back.
 */
export class KvCache {
  private readonly layers: readonly Layer[];
  private readonly bound = new Map<string, Bound>();

  /** Memory is taken as it is filled. Throws a RangeError where there is none. */
  constructor(
    layers: readonly LayerCache[],
    readonly rows: number,
    readonly places: number,
  ) {
    const of = ({ heads, size }: LayerCache): Float32Array => new Float32Array(rows * heads * places * size);
    this.layers = layers.map((ports) => ({ ports, key: of(ports), value: of(ports) }));
  }

  /** What a run over `count` rows from `first` on is fed, and where it writes. */
  bind(first: number, count: number): Bound {
    const name = `${first}+${count}`;
    let bound = this.bound.get(name);
    if (bound === undefined) {
      bound = this.view(first, count);
      this.bound.set(name, bound);
    }
    return bound;
  }

  /** The first `tokens` tokens of a row of another cache, or of this one, become those of row `to`. */
  copy(source: KvCache, from: number, to: number, tokens: number): void {
    this.layers.forEach(({ ports: { heads, size }, key, value }, index) => {
      const other = source.layers[index];
      if (other === undefined) throw new RangeError('caches of two models');
      for (let head = 0; head < heads; head++) {
        const start = (from * heads + head) * source.places * size;
        const target = (to * heads + head) * this.places * size;
        key.set(other.key.subarray(start, start + tokens * size), target);
        value.set(other.value.subarray(start, start + tokens * size), target);
      }
    });
  }

  private view(first: number, count: number): Bound {
    const past: Record<string, Tensor> = {};
    const present: Record<string, Tensor> = {};
    for (const { ports, key, value } of this.layers) {
      const { heads, size } = ports;
      const row = heads * this.places * size;
      const tensorOf = (data: Float32Array): Tensor => new Tensor('float32', data.subarray(first * row, (first + count) * row), [count, heads, this.places, size]);
      past[ports.key.past] = present[ports.key.present] = tensorOf(key);
      past[ports.value.past] = present[ports.value.present] = tensorOf(value);
    }
    return { past, present };
  }
}
