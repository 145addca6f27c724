/** A YAML text as nodes with their places; offsets are UTF-16. What the values are, is decided in values.ts. */
import type { TextRange } from '../../protocol/problem';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

type Placed = {
  /** Of the content, without tag and anchor. A value that is left out is empty, right behind what it belongs to. */
  readonly start: number;
  end: number;
  /** Resolved (`tag:yaml.org,2002:str`, `!function`), null where none is written. */
  readonly tag: string | null;
  readonly tagRange: TextRange | null;
};

export type ScalarNode = Placed & { readonly kind: 'scalar'; readonly value: string; readonly style: ScalarStyle };
export type SequenceNode = Placed & { readonly kind: 'sequence'; readonly items: YamlNode[] };
export type MappingNode = Placed & { readonly kind: 'mapping'; readonly pairs: YamlPair[] };
export type AliasNode = Placed & { readonly kind: 'alias'; readonly target: ContentNode };

export type ContentNode = ScalarNode | SequenceNode | MappingNode;
export type YamlNode = ContentNode | AliasNode;
export type YamlPair = { readonly key: YamlNode; readonly value: YamlNode };

/** Why a text is no YAML, and where. */
export class YamlFault extends Error {
  override readonly name = 'YamlFault';
  constructor(
    readonly detail: string,
    readonly range: TextRange,
    /** Where what cannot be ended began (an open quote, list or mapping); reading can go on behind its line. */
    readonly opened: number | null = null,
    /** Reading cannot go on at all. */
    readonly isFinal = false,
  ) {
    super(detail);
  }
}
