import { MOST } from '../files/read-limited';
import type { MessageArgs, MessageCode } from '../protocol/messages';
import type { Problem, Severity, TextRange } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { joinPath, parsePath, type PathStep } from './config-path';
import { composeText } from './yaml/compose';
import type { MappingNode, YamlNode, YamlPair } from './yaml/node';
import type { Surprise } from './yaml/surprise';
import { type FoundHook, nodeKeyText, rangeWithTag, valuesOf } from './yaml/values';

/** Ranges of what stands at a config path: its key (null for a list item) and its value. */
export type Place = { readonly key: TextRange | null; readonly value: TextRange };

/** What is at a position of the text. */
export type Spot = { readonly path: string; readonly part: 'key' | 'value' };

/** A YAML text with its values and where each of them stands. Offsets are UTF-16, also with CRLF. */
export type ConfigSource = {
  readonly file: string;
  readonly text: string;
  readonly root: PyValue;
  /** `yaml-syntax`; the warnings `duplicate-key` and `backslash-path`. */
  readonly problems: readonly Problem[];
  /** Where `!function` stands. */
  readonly hooks: readonly FoundHook[];
  /** Scalars YAML 1.1 reads in its own way; what a key expects decides which of them matter. */
  readonly surprises: readonly Surprise[];
  /** Null where nothing stands. A value that is left out has an empty range behind its key. */
  rangeOf(configPath: string): Place | null;
  /** The innermost key or value at an offset; null in an empty text. */
  nodeAt(offset: number): Spot | null;
};

/** Texts parsed last, by file: an unchanged text is parsed once, whoever asks. */
const parsed = new Map<string, ConfigSource>();
const MOST_KEPT = 2000;

/** Parses any text; never throws. A broken text gives the values that can be understood, and its problems. */
export function parseSource(text: string, file: string): ConfigSource {
  const known = parsed.get(file);
  if (known?.text === text) return known;
  if (parsed.size >= MOST_KEPT) parsed.clear();
  const source = read(text, file);
  parsed.set(file, source);
  return source;
}

function read(text: string, file: string): ConfigSource {
  const problems: Problem[] = [];
  const report = (code: MessageCode, args: MessageArgs, range: TextRange, severity: Severity = 'error'): void => {
    problems.push({ file, range: visible(range, text), severity, code, args });
  };
  if (text.length > MOST.yaml) {
    report('yaml-syntax', { detail: `This file is too large to be a config or a task file: at most ${MOST.yaml >> 20} MB are read.` }, { start: 0, end: firstLineEnd(text) });
    return { file, text, root: null, problems, hooks: [], surprises: [], rangeOf: () => null, nodeAt: () => null };
  }
  const { root: node, fault } = composeText(text);
  if (fault !== null) report('yaml-syntax', { detail: fault.detail }, fault.range);
  const { root, hooks, surprises, bad, repeated, backslashes } = valuesOf(node, text);
  for (const { detail, range } of bad) report('yaml-syntax', { detail }, range);
  for (const range of repeated) report('duplicate-key', { key: text.slice(range.start, Math.min(range.end, range.start + 100)) }, range, 'warning');
  for (const range of backslashes) report('backslash-path', { text: text.slice(range.start, Math.min(range.end, range.start + 200)) }, range, 'warning');
  const places = new Places(node, text);
  return { file, text, root, problems, hooks, surprises, rangeOf: (path) => places.rangeOf(parsePath(path)), nodeAt: (offset) => (node === null ? null : places.spotAt(node, '', offset)) };
}

/** End of the first line, without its line break. */
export function firstLineEnd(text: string): number {
  const end = text.search(/\r?\n/);
  return end === -1 ? text.length : end;
}

/** At least one character wide where the text allows it, and inside the text. */
function visible(range: TextRange, text: string): TextRange {
  const start = Math.max(0, Math.min(range.start, text.length));
  const end = Math.max(start, Math.min(range.end, text.length));
  if (end > start) return { start, end };
  return start < text.length && text[start] !== '\n' && text[start] !== '\r' ? { start, end: start + 1 } : { start: Math.max(0, start - 1), end: start };
}

/** Where what is written stands, by config path and by offset. */
class Places {
  /** Pairs of a mapping by the text of their key; of two equal keys the last one, which counts. */
  private readonly byKey = new WeakMap<MappingNode, ReadonlyMap<string, YamlPair>>();

  constructor(
    private readonly root: YamlNode | null,
    private readonly text: string,
  ) {}

  rangeOf(steps: readonly PathStep[] | null): Place | null {
    if (this.root === null || steps === null) return null;
    let node: YamlNode = this.root;
    let place: Place = { key: null, value: this.range(node) };
    for (const step of steps) {
      const pair: YamlPair | undefined = node.kind === 'mapping' && typeof step === 'string' ? this.pairsOf(node).get(step) : undefined;
      const inner: YamlNode | undefined = node.kind === 'sequence' && typeof step === 'number' ? node.items[step] : pair?.value;
      if (inner === undefined) return null;
      place = { key: pair === undefined ? null : this.range(pair.key), value: this.range(inner) };
      node = inner;
    }
    return place;
  }

  spotAt(node: YamlNode, path: string, offset: number): Spot {
    const holds = (child: YamlNode): boolean => {
      const { start, end } = this.range(child);
      return start <= offset && offset <= end;
    };
    if (node.kind === 'mapping') {
      for (const { key, value } of node.pairs) {
        const inner = joinPath(path, nodeKeyText(key));
        if (holds(key)) return { path: inner, part: 'key' };
        if (holds(value)) return this.spotAt(value, inner, offset);
      }
    }
    if (node.kind === 'sequence') {
      for (const [index, item] of node.items.entries()) if (holds(item)) return this.spotAt(item, joinPath(path, index), offset);
    }
    return { path, part: 'value' };
  }

  private pairsOf(node: MappingNode): ReadonlyMap<string, YamlPair> {
    const known = this.byKey.get(node) ?? new Map(node.pairs.map((pair) => [nodeKeyText(pair.key), pair] as const));
    this.byKey.set(node, known);
    return known;
  }

  /** With the tag; blocks end with their text, not with the line break behind it. */
  private range(node: YamlNode): TextRange {
    const { start, end } = rangeWithTag(node);
    return { start, end: start + this.text.slice(start, end).trimEnd().length };
  }
}
