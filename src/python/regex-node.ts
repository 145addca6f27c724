/** A parsed pattern of Python's `re`. Characters are code points. */
export type CharacterTest = (character: number) => boolean;

export type At = 'start' | 'line-start' | 'end' | 'line-end' | 'very-end' | 'boundary' | 'no-boundary' | 'ascii-boundary' | 'no-ascii-boundary';

export type RegexNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'literal'; readonly character: number }
  | { readonly kind: 'at'; readonly at: At }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'branch'; readonly branches: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: RegexNode }
  /** `most` Infinity: no limit. */
  | { readonly kind: 'repeat'; readonly body: RegexNode; readonly least: number; readonly most: number; readonly mode: 'greedy' | 'lazy' | 'possessive' }
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  /** `back`: characters before here that a look-behind begins at; 0 looks ahead. */
  | { readonly kind: 'look'; readonly body: RegexNode; readonly back: number; readonly negative: boolean }
  /** `fold` null: as it is. */
  | { readonly kind: 'reference'; readonly index: number; readonly fold: ((character: number) => number) | null }
  | { readonly kind: 'condition'; readonly index: number; readonly yes: RegexNode; readonly no: RegexNode };

/** Fewest and most characters that a pattern takes; `groups` by index. */
export function widthOf(node: RegexNode, groups: ReadonlyMap<number, readonly [number, number]>): readonly [number, number] {
  switch (node.kind) {
    case 'character':
    case 'literal':
      return [1, 1];
    case 'at':
    case 'look':
      return [0, 0];
    case 'sequence':
      return node.items.reduce<readonly [number, number]>(([low, high], item) => {
        const [least, most] = widthOf(item, groups);
        return [low + least, high + most];
      }, [0, 0]);
    case 'branch':
      return among(node.branches.map((branch) => widthOf(branch, groups)));
    case 'condition':
      return among([widthOf(node.yes, groups), widthOf(node.no, groups)]);
    case 'group':
    case 'atomic':
      return widthOf(node.body, groups);
    case 'repeat': {
      const [low, high] = widthOf(node.body, groups);
      return [low * node.least, high === 0 ? 0 : high * node.most];
    }
    case 'reference':
      return groups.get(node.index) ?? [0, Infinity];
  }
}

function among(widths: readonly (readonly [number, number])[]): readonly [number, number] {
  return [Math.min(...widths.map(([low]) => low)), Math.max(...widths.map(([, high]) => high))];
}
