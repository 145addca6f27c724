import type { TextRange } from '../../protocol/problem';
import type { ScalarStyle } from './node';

export type Bare =
  | 'stream-end'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value';

/** What the scanner gives the parser. `column`: of the start. */
export type Token = TextRange & { readonly column: number } & (
    | { readonly type: Bare }
    | { readonly type: 'alias' | 'anchor'; readonly name: string }
    | { readonly type: 'tag'; readonly handle: string; readonly suffix: string }
    | { readonly type: 'version-directive'; readonly major: number; readonly minor: number }
    | { readonly type: 'tag-directive'; readonly handle: string; readonly prefix: string }
    | { readonly type: 'scalar'; readonly value: string; readonly style: ScalarStyle }
  );
