/** A text as nodes; behind what is wrong, reading goes on where an entry of a list or mapping around it begins. */
import { BOM, UNPRINTABLE } from './characters';
import { YamlFault, type ContentNode, type YamlNode } from './node';
import { Parser, type OpenBlock } from './parser';

export type Composed = {
  /** All that could be understood; null for an empty text. */
  readonly root: YamlNode | null;
  /** What is wrong first; what follows may only be its consequence. */
  readonly fault: YamlFault | null;
};

/** Places where reading goes on, and how often the length of the text is read for it. */
const MOST_RESUMED = 32;
const MOST_READ = 3;

/** Never throws for bad YAML; time is linear in the length of the text. */
export function composeText(written: string): Composed {
  const bad = written.search(UNPRINTABLE);
  const text = bad < 0 ? written : written.replaceAll(UNPRINTABLE, (character) => ' '.repeat(character.length));
  const fault = bad < 0 ? null : new YamlFault(unprintable(written.codePointAt(bad) ?? 0), { start: bad, end: bad + 1 });
  const begun: YamlNode[] = [];
  const anchors = new Map<string, ContentNode>();
  const parser = new Parser(text, anchors);
  try {
    return { root: parser.document(begun), fault };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    if (!error.isFinal) goOn(text, error, parser.open, anchors);
    const root = begun[0] ?? null;
    if (root !== null) settle(root);
    return { root, fault: fault ?? error };
  }
}

function unprintable(code: number): string {
  return `The character U+${code.toString(16).toUpperCase().padStart(4, '0')} cannot stand in YAML.`;
}

/** Adds what stands behind a fault to the blocks that were open there. */
function goOn(text: string, first: YamlFault, blocks: readonly OpenBlock[], anchors: Map<string, ContentNode>): void {
  let open = [...blocks];
  let from = behind(text, first);
  let budget = MOST_READ * text.length;
  for (let resumed = 0; resumed < MOST_RESUMED && budget > 0; resumed += 1) {
    const entry = nextEntry(text, from, open);
    if (entry === null) return;
    budget -= text.length - entry.at;
    open = open.slice(0, entry.level + 1);
    const target = open[entry.level];
    const begun: YamlNode[] = [];
    const parser = new Parser(text, anchors, entry.at);
    let within: readonly OpenBlock[] = [];
    try {
      const ended = parser.block(begun);
      from = ended === null ? text.length : lineAt(text, ended);
    } catch (error) {
      if (!(error instanceof YamlFault)) throw error;
      if (error.isFinal) return;
      from = behind(text, error);
      within = parser.open.slice(1);
    }
    // Always forward.
    if (from <= entry.at) from = lineBehind(text, entry.at);
    const fragment = begun[0];
    if (target !== undefined && fragment !== undefined && take(target, fragment)) open = [...open, ...within];
  }
}

/** The line that cannot stand where it does, where nothing of it was read; else the one behind it. */
function behind(text: string, { range, opened }: YamlFault): number {
  const start = lineAt(text, range.start);
  if (opened === null && start > 0 && text.slice(start, range.start).trim() === '') return start;
  return lineBehind(text, opened ?? Math.max(range.start, range.end - 1));
}

function lineAt(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineBehind(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** The next line that begins an entry of an open block, at that block's column. */
function nextEntry(text: string, from: number, open: readonly OpenBlock[]): { readonly at: number; readonly level: number } | null {
  for (let at = from; at < text.length; ) {
    const next = text.indexOf('\n', at);
    const line = text.slice(at, next < 0 ? text.length : next).trimEnd();
    const entry = line.trimStart();
    const kind = /^-(?:\s|$)/.test(entry) ? 'sequence' : !entry.startsWith('#') && (entry.includes(': ') || entry.endsWith(':')) ? 'mapping' : null;
    const column = line.length - entry.length - (at === 0 && text.charCodeAt(0) === BOM ? 1 : 0);
    const level = kind === null ? -1 : open.findLastIndex((block) => block.column === column && block.node.kind === kind);
    if (level >= 0) return { at, level };
    if (next < 0) return null;
    at = next + 1;
  }
  return null;
}

/** Moves the entries of a fragment into the block they belong to. */
function take({ node }: OpenBlock, fragment: YamlNode): boolean {
  if (node.kind === 'sequence' && fragment.kind === 'sequence') for (const item of fragment.items) node.items.push(item);
  else if (node.kind === 'mapping' && fragment.kind === 'mapping') for (const pair of fragment.pairs) node.pairs.push(pair);
  else return false;
  return true;
}

/** Lists and mappings end where their last entry does. */
function settle(node: YamlNode): number {
  if (node.kind === 'sequence') for (const item of node.items) node.end = Math.max(node.end, settle(item));
  if (node.kind === 'mapping') for (const { key, value } of node.pairs) node.end = Math.max(node.end, settle(key), settle(value));
  return node.end;
}
