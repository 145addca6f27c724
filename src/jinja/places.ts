/** A position in a template's source: 1-based, columns in UTF-16 units. */
export type TemplatePosition = { readonly line: number; readonly column: number };

/** Lines and columns of offsets in one source. */
export class Places {
  /** Offsets at which lines begin. */
  private readonly starts: number[] = [0];
  constructor(source: string) {
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  of(at: number): TemplatePosition {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: at - (this.starts[low] ?? 0) + 1 };
  }
}
