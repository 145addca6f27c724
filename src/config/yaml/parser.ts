/** Tokens -> nodes, as PyYAML parses and composes them (libyaml 0.2.5, parser.c). */
import type { TextRange } from '../../protocol/problem';
import { YamlFault, type ContentNode, type MappingNode, type SequenceNode, type YamlNode } from './node';
import { Scanner } from './scanner';
import type { Token } from './token';

/** A list or mapping of a block that is not finished, and the column its entries stand in. */
export type OpenBlock = { readonly node: SequenceNode | MappingNode; readonly column: number };

/** Deeper, and with more values, than any config or task file. */
const DEEPEST = 200;
export const MOST_VALUES = 50_000;
export const TOO_MUCH = 'This file has too many values, or its aliases unfold to too many.';

type Parent = SequenceNode | MappingNode | YamlNode[] | null;
type Properties = { readonly tag: string | null; readonly tagRange: TextRange | null; readonly anchor: string | null };
const NO_PROPERTIES: Properties = { tag: null, tagRange: null, anchor: null };

export const CORE_TAG = 'tag:yaml.org,2002:';

export class Parser {
  private readonly scanner: Scanner;
  private handles: ReadonlyMap<string, string> = DEFAULT_HANDLES;
  private depth = 0;
  private nodes = 0;
  /** End of the last token that was passed. */
  private passed: number;
  /** After a fault: blocks that were being read, outermost first. */
  readonly open: OpenBlock[] = [];

  /** `from`: the beginning of a line. `anchors`: those known so far. */
  constructor(
    private readonly text: string,
    private readonly anchors: Map<string, ContentNode>,
    from = 0,
  ) {
    this.scanner = new Scanner(text, from);
    this.passed = from;
  }

  /** The text's only document; null for an empty text. `begun` gets its list or mapping before the content is read. Throws a YamlFault. */
  document(begun: YamlNode[]): YamlNode | null {
    if (this.peek().type === 'stream-end') return null;
    const explicit = this.directives();
    const root = explicit && ENDS_DOCUMENT.has(this.peek().type) ? this.empty() : this.node(true, false, begun, null);
    while (this.peek().type === 'document-end') this.take();
    if (this.peek().type !== 'stream-end') {
      const { start, end, type } = this.peek();
      if (type === 'document-start') throw new YamlFault('A second document begins here; write one to a file.', { start, end });
      throw this.unexpected('This belongs to nothing above it: check its indentation.');
    }
    return root;
  }

  /** A list or mapping in the middle of a text; gives where it ended, null at the end of the text. Throws a YamlFault. */
  block(begun: YamlNode[]): number | null {
    if (this.peek().type === 'stream-end') return null;
    this.node(true, false, begun, null);
    return this.peek().type === 'stream-end' ? null : this.peek().start;
  }

  private peek(): Token {
    return this.scanner.peek();
  }

  private take(): Token {
    const token = this.scanner.take();
    this.passed = token.end;
    return token;
  }

  /** `%YAML`, `%TAG` and `---`; false where the document just begins. */
  private directives(): boolean {
    const handles = new Map<string, string>();
    let versions = 0;
    for (let token = this.peek(); token.type === 'version-directive' || token.type === 'tag-directive'; token = this.peek()) {
      if (token.type === 'version-directive') {
        versions += 1;
        if (versions > 1 || token.major !== 1 || (token.minor !== 1 && token.minor !== 2)) throw this.unexpected('YAML 1.1 is read here, and one such line.');
      } else if (handles.has(token.handle)) throw this.unexpected('This handle has its prefix already.');
      else handles.set(token.handle, token.prefix);
      this.take();
    }
    this.handles = new Map([...DEFAULT_HANDLES, ...handles]);
    const hasDirectives = versions > 0 || handles.size > 0;
    if (this.peek().type === 'document-start') this.take();
    else if (hasDirectives) throw this.unexpected('Behind such lines, --- is expected.');
    else return false;
    return true;
  }

  /** `parent` gets a list or mapping before its content is read, so that what is there of it is kept. */
  private node(block: boolean, indentless: boolean, parent: Parent, key: YamlNode | null): YamlNode {
    const first = this.peek();
    this.nodes += 1;
    if (this.nodes > MOST_VALUES) throw new YamlFault(TOO_MUCH, { start: first.start, end: first.end }, null, true);
    if (first.type === 'alias') return this.alias(first.name);
    const { tag, tagRange, anchor } = first.type === 'anchor' || first.type === 'tag' ? this.properties() : NO_PROPERTIES;
    const token = this.peek();
    const { start, end } = token;
    if (token.type === 'scalar') {
      this.take();
      return this.anchored({ kind: 'scalar', start, end, tag, tagRange, value: token.value, style: token.style }, anchor);
    }
    const isList = token.type === 'flow-sequence-start' || (block && token.type === 'block-sequence-start') || (indentless && token.type === 'block-entry');
    if (isList) return this.nested(this.anchored({ kind: 'sequence', start, end, tag, tagRange, items: [] }, anchor), token, parent, key);
    if (token.type === 'flow-mapping-start' || (block && token.type === 'block-mapping-start')) {
      return this.nested(this.anchored({ kind: 'mapping', start, end, tag, tagRange, pairs: [] }, anchor), token, parent, key);
    }
    if (tag !== null || anchor !== null) return this.anchored({ ...this.empty(), tag, tagRange }, anchor);
    throw this.unexpected('A value is missing here.');
  }

  private anchored<Node extends ContentNode>(node: Node, anchor: string | null): Node {
    if (anchor !== null) this.anchors.set(anchor, node);
    return node;
  }

  private alias(name: string): YamlNode {
    const { start, end } = this.take();
    const target = this.anchors.get(name);
    if (target === undefined) throw new YamlFault(`No anchor is called "${name}".`, { start, end });
    return { kind: 'alias', start, end, tag: null, tagRange: null, target };
  }

  /** Tag and anchor, in either order. */
  private properties(): Properties {
    let tag: string | null = null;
    let tagRange: TextRange | null = null;
    let anchor: string | null = null;
    for (let token = this.peek(); ; token = this.peek()) {
      if (token.type === 'anchor' && anchor === null) {
        anchor = token.name;
        if (this.anchors.has(anchor)) throw this.unexpected(`Two anchors are called "${anchor}".`);
      } else if (token.type === 'tag' && tagRange === null) {
        const prefix = token.handle === '' ? '' : this.handles.get(token.handle);
        if (prefix === undefined) throw this.unexpected(`No %TAG line says what ${token.handle} means.`);
        tag = prefix + token.suffix;
        tagRange = { start: token.start, end: token.end };
      } else return { tag, tagRange, anchor };
      this.take();
    }
  }

  private nested(node: SequenceNode | MappingNode, token: Token, parent: Parent, key: YamlNode | null): YamlNode {
    if (Array.isArray(parent)) parent.push(node);
    else if (parent?.kind === 'sequence') parent.items.push(node);
    else if (parent?.kind === 'mapping' && key !== null) parent.pairs.push({ key, value: node });
    this.depth += 1;
    if (this.depth > DEEPEST) throw this.unexpected('This file is nested too deeply.');
    const inFlow = token.type === 'flow-sequence-start' || token.type === 'flow-mapping-start';
    if (!inFlow) this.open.push({ node, column: token.column });
    if (token.type !== 'block-entry') this.take();
    if (node.kind === 'sequence') {
      if (inFlow) this.flowSequence(node);
      else this.blockSequence(node, token.type === 'block-entry');
    } else if (inFlow) this.flowMapping(node);
    else this.blockMapping(node);
    if (!inFlow) this.open.pop();
    this.depth -= 1;
    return node;
  }

  /** `indentless`: at the column of the mapping's keys, without an end of its own. */
  private blockSequence(node: SequenceNode, indentless: boolean): void {
    while (this.peek().type === 'block-entry') {
      this.take();
      const isEmpty = (indentless ? ENDS_INDENTLESS_ENTRY : ENDS_ENTRY).has(this.peek().type);
      this.add(node, isEmpty ? this.empty() : this.node(true, false, node, null));
    }
    if (indentless) return;
    if (this.peek().type !== 'block-end') throw this.unexpected('This belongs to no list above it: check its indentation.');
    this.take();
  }

  private blockMapping(node: MappingNode): void {
    for (let token = this.peek(); token.type !== 'block-end'; token = this.peek()) {
      if (token.type !== 'key') throw this.unexpected('This fits no mapping above it: check its indentation, and that keys end with a colon and a space.');
      this.take();
      const key = ENDS_MAPPING_PART.has(this.peek().type) ? this.empty() : this.node(true, true, null, null);
      if (this.peek().type !== 'value') {
        this.addPair(node, key, this.empty());
        continue;
      }
      this.take();
      this.addPair(node, key, ENDS_MAPPING_PART.has(this.peek().type) ? this.empty() : this.node(true, true, node, key));
    }
    this.take();
  }

  private flowSequence(node: SequenceNode): void {
    for (let first = true; this.peek().type !== 'flow-sequence-end'; first = false) {
      if (!first) this.flowEntry(node, ']');
      if (this.peek().type === 'flow-sequence-end') break;
      this.add(node, this.peek().type === 'key' ? this.flowPair() : this.node(false, false, node, null));
    }
    node.end = this.take().end;
  }

  /** `[a: b]`: a mapping of one pair. */
  private flowPair(): MappingNode {
    const { start } = this.take();
    const node: MappingNode = { kind: 'mapping', start, end: start, tag: null, tagRange: null, pairs: [] };
    const { type } = this.peek();
    let key: YamlNode;
    if (type === 'value' || type === 'flow-entry') {
      // As libyaml does: the token is passed.
      this.take();
      key = this.empty();
    } else if (type === 'flow-sequence-end') throw this.unexpected('A key is missing here.');
    else key = this.node(false, false, null, null);
    let value: YamlNode | null = null;
    if (this.peek().type === 'value') {
      this.take();
      if (this.peek().type !== 'flow-entry' && this.peek().type !== 'flow-sequence-end') value = this.node(false, false, null, null);
    }
    this.addPair(node, key, value ?? this.empty());
    return node;
  }

  private flowMapping(node: MappingNode): void {
    for (let first = true; this.peek().type !== 'flow-mapping-end'; first = false) {
      if (!first) this.flowEntry(node, '}');
      if (this.peek().type === 'flow-mapping-end') break;
      const hasValue = this.peek().type === 'key';
      if (hasValue) this.take();
      const key = hasValue && ENDS_FLOW_PART.has(this.peek().type) ? this.empty() : this.node(false, false, null, null);
      if (!hasValue || this.peek().type !== 'value') {
        this.addPair(node, key, this.empty());
        continue;
      }
      this.take();
      const { type } = this.peek();
      this.addPair(node, key, type === 'flow-entry' || type === 'flow-mapping-end' ? this.empty() : this.node(false, false, node, key));
    }
    node.end = this.take().end;
  }

  private flowEntry({ start }: YamlNode, closing: ']' | '}'): void {
    const token = this.peek();
    if (token.type === 'flow-entry') return void this.take();
    const range = { start: this.wordBefore(token), end: Math.max(token.end, token.start + 1) };
    throw new YamlFault(`A comma or ${closing} is missing before this.`, range, start);
  }

  /** Where the line's text begins that a misplaced `:` stands in. */
  private wordBefore({ type, start }: Token): number {
    if (type !== 'value') return start;
    const line = this.text.slice(Math.max(this.text.lastIndexOf('\n', start - 1) + 1, start - 200), start);
    return start - (/[^\s,[\]{}]+[ \t]*$/.exec(line)?.[0].length ?? 0);
  }

  /** An item may be there since it began. */
  private add(node: SequenceNode, item: YamlNode): void {
    if (node.items.at(-1) !== item) node.items.push(item);
    node.end = Math.max(node.end, item.end);
  }

  private addPair(node: MappingNode, key: YamlNode, value: YamlNode): void {
    if (node.pairs.at(-1)?.value !== value) node.pairs.push({ key, value });
    node.end = Math.max(node.end, key.end, value.end);
  }

  /** A value that is left out stands behind what was passed last. */
  private empty(): Extract<ContentNode, { kind: 'scalar' }> {
    return { kind: 'scalar', value: '', style: 'plain', start: this.passed, end: this.passed, tag: null, tagRange: null };
  }

  private unexpected(detail: string): YamlFault {
    const { start, end } = this.peek();
    return new YamlFault(detail, { start, end: Math.max(end, start + 1) });
  }
}

const DEFAULT_HANDLES: ReadonlyMap<string, string> = new Map([['!', '!'], ['!!', CORE_TAG]]);
const types = (...names: Token['type'][]): ReadonlySet<Token['type']> => new Set(names);
const ENDS_DOCUMENT = types('version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end');
const ENDS_ENTRY = types('block-entry', 'block-end');
const ENDS_INDENTLESS_ENTRY = types('block-entry', 'key', 'value', 'block-end');
const ENDS_MAPPING_PART = types('key', 'value', 'block-end');
const ENDS_FLOW_PART = types('value', 'flow-entry', 'flow-mapping-end');
