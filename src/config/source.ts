import { isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Node, type Pair } from 'yaml';
import type { Problem, TextRange } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { joinPath, parsePath, type PathStep } from './config-path';
import { taggedRange, valuesOf } from './yaml-values';
import type { Surprise } from './yaml-surprise';

/** Ranges of what stands at a config path: its key (null for a list item) and its value. */
export type Place = { readonly key: TextRange | null; readonly value: TextRange };

/** What is at a position of the text. */
export type Spot = { readonly path: string; readonly part: 'key' | 'value' };

/** A YAML text with its values and where each of them stands. Offsets are UTF-16, also with CRLF. */
export type ConfigSource = {
  readonly file: string;
  readonly text: string;
  readonly root: PyValue;
  /** `yaml-syntax` and `python-hook`. */
  readonly problems: readonly Problem[];
  /** Scalars YAML 1.1 reads in its own way; what a key expects decides which of them matter. */
  readonly surprises: readonly Surprise[];
  /** Null where nothing stands. A value that is left out has an empty range behind its key. */
  rangeOf(configPath: string): Place | null;
  /** The innermost key or value at an offset; null in an empty text. */
  nodeAt(offset: number): Spot | null;
};

/** Parses any text; never throws. A broken text gives the values that can be understood, and its problems. */
export function parseSource(text: string, file: string): ConfigSource {
  const problems: Problem[] = [];
  const report = (detail: string, range: TextRange): void => {
    problems.push({ file, range: visible(range, text), severity: 'error', code: 'yaml-syntax', args: { detail } });
  };
  let document: Document.Parsed | null = null;
  let root: PyValue = null;
  let surprises: readonly Surprise[] = [];
  try {
    document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, keepSourceTokens: true, logLevel: 'error' });
    for (const error of document.errors) report(friendly(error.code, error.message), syntaxRange(document, error.code, error.pos, text));
    const values = valuesOf(document, text);
    for (const bad of values.bad) report(bad.detail, bad.range);
    for (const { hook, range } of values.hooks) {
      problems.push({ file, range, severity: 'error', code: 'python-hook', args: { name: hook.name } });
    }
    root = values.root;
    surprises = values.surprises;
  } catch (error) {
    // The parser gives up on absurdly deep nesting by overflowing the stack.
    report(error instanceof RangeError ? 'This file is nested too deeply.' : String(error), { start: 0, end: firstLineEnd(text) });
  }
  const contents = document?.contents ?? null;
  return {
    file,
    text,
    root,
    problems,
    surprises,
    rangeOf: (path) => rangeOf(contents, parsePath(path), text),
    nodeAt: (offset) => (contents === null ? null : spotAt(contents, '', offset, text)),
  };
}

/** End of the first line, without its line break. */
export function firstLineEnd(text: string): number {
  const end = text.search(/\r?\n/);
  return end === -1 ? text.length : end;
}

function friendly(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'This key occurs twice; the last one counts.';
  if (/^Block scalar header includes extra characters: [>|]=?/.test(message)) return 'Put this in quotes: a value that begins with > or | is a block of text in YAML.';
  return `${message}.`.replace(/\.\.$/, '.');
}

function syntaxRange(document: Document.Parsed, code: string, pos: [number, number], text: string): TextRange {
  const range = { start: pos[0], end: pos[1] };
  if (code !== 'DUPLICATE_KEY' || document.contents === null) return range;
  const key = findKey(document.contents, pos[0]);
  return key === null ? range : nodeRange(key, text);
}

function findKey(node: Node, offset: number): Node | null {
  const children = isMap(node) ? node.items.flatMap((pair) => [pair.key, pair.value]) : isSeq(node) ? node.items : [];
  for (const child of children) {
    if (!isNodeWithRange(child)) continue;
    if (isScalar(child) && child.range?.[0] === offset) return child;
    const found = findKey(child, offset);
    if (found !== null) return found;
  }
  return null;
}

/** At least one character wide where the text allows it, and inside the text. */
function visible(range: TextRange, text: string): TextRange {
  const start = Math.max(0, Math.min(range.start, text.length));
  const end = Math.max(start, Math.min(range.end, text.length));
  if (end > start) return { start, end };
  return start < text.length && text[start] !== '\n' && text[start] !== '\r' ? { start, end: start + 1 } : { start: Math.max(0, start - 1), end: start };
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}

function nodeRange(node: Node, text: string): TextRange {
  if (isScalar(node)) {
    const tagged = taggedRange(node, text);
    return trimmed(tagged, text);
  }
  const [start, end] = node.range ?? [0, 0];
  return trimmed({ start, end }, text);
}

/** A block's range reaches over its last line break. */
function trimmed({ start, end }: TextRange, text: string): TextRange {
  return { start, end: start + text.slice(start, end).trimEnd().length };
}

function pairNamed(node: unknown, key: string): Pair<unknown, unknown> | undefined {
  if (!isMap(node)) return undefined;
  // The last of two equal keys is the one that counts.
  return node.items.findLast((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value ?? '') === key);
}

function rangeOf(root: Node | null, steps: readonly PathStep[] | null, text: string): Place | null {
  if (root === null || steps === null) return null;
  let node: unknown = root;
  let place: Place = { key: null, value: nodeRange(root, text) };
  for (const step of steps) {
    if (typeof step === 'number') {
      if (!isSeq(node) || step >= node.items.length) return null;
      node = node.items[step];
      place = { key: null, value: isNodeWithRange(node) ? nodeRange(node, text) : place.value };
      continue;
    }
    const pair = pairNamed(node, step);
    if (pair === undefined || !isNodeWithRange(pair.key)) return null;
    const key = nodeRange(pair.key, text);
    node = pair.value;
    place = { key, value: isNodeWithRange(node) ? nodeRange(node, text) : { start: key.end, end: key.end } };
  }
  return place;
}

function spotAt(node: Node, path: string, offset: number, text: string): Spot {
  const holds = (child: unknown): child is Node => {
    if (!isNodeWithRange(child)) return false;
    const { start, end } = nodeRange(child, text);
    return start <= offset && offset <= end;
  };
  if (isMap(node)) {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const inner = joinPath(path, String(pair.key.value ?? ''));
      if (holds(pair.key)) return { path: inner, part: 'key' };
      if (holds(pair.value)) return spotAt(pair.value, inner, offset, text);
    }
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) if (holds(item)) return spotAt(item, joinPath(path, index), offset, text);
  }
  return { path, part: 'value' };
}
