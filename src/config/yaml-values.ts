import { isAlias, isMap, isPair, isScalar, isSeq, type Alias, type Document, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { resolveScalar } from '../python/yaml';
import type { PyDict, PyValue } from '../python/value';
import type { TextRange } from '../protocol/problem';
import { joinPath } from './config-path';
import { PythonHook } from './python-hook';
import { surpriseOf, type Surprise } from './yaml-surprise';

/** More values than any config has; reached only by aliases of aliases. */
const MAX_VALUES = 200_000;
const MAX_DEPTH = 200;
const CORE = 'tag:yaml.org,2002:';

export type FoundHook = { readonly path: string; readonly hook: PythonHook; readonly range: TextRange };
export type BadYaml = { readonly detail: string; readonly range: TextRange };

export type YamlValues = {
  readonly root: PyValue;
  readonly hooks: readonly FoundHook[];
  readonly surprises: readonly Surprise[];
  readonly bad: readonly BadYaml[];
};

/** The values PyYAML would make of a parsed document: YAML 1.1 scalars, merge keys, `!function` kept as a hook. */
export function valuesOf(document: Document.Parsed, text: string): YamlValues {
  return new Reader(document, text).read();
}

/** Range of a scalar including the tag in front of it. */
export function taggedRange(node: Scalar, text: string): TextRange {
  const [start, end] = node.range ?? [0, 0];
  const tag = node.tag === undefined ? -1 : text.slice(0, start).search(/!\S*[ \t]*$/);
  return { start: tag === -1 ? start : tag, end };
}

class Reader {
  private readonly hooks: FoundHook[] = [];
  private readonly surprises: Surprise[] = [];
  private readonly bad: BadYaml[] = [];
  private readonly open = new Set<unknown>();
  private values = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly text: string,
  ) {}

  read(): YamlValues {
    const root = this.value(this.document.contents, '', 0);
    return { root, hooks: this.hooks, surprises: this.surprises, bad: this.bad };
  }

  private value(node: unknown, path: string, depth: number): PyValue {
    this.values += 1;
    if (this.values > MAX_VALUES || depth > MAX_DEPTH) return this.tooBig(node);
    if (isAlias(node)) return this.alias(node, path, depth);
    if (isScalar(node)) return this.scalar(node, path);
    if (!isMap(node) && !isSeq(node)) return null;
    if (this.open.has(node)) return this.refuse(node, 'This alias contains itself.');
    this.open.add(node);
    const made = isMap(node)
      ? this.mapping(node, path, depth)
      : node.items.map((item, index) => this.value(item, joinPath(path, index), depth + 1));
    this.open.delete(node);
    return made;
  }

  private mapping(node: YAMLMap, path: string, depth: number): PyDict {
    const own: [PyValue, PyValue][] = [];
    const merged: PyDict = new Map();
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      const key = this.key(pair, path);
      if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') this.merge(pair, merged, path, depth);
      else own.push([key, this.value(pair.value, joinPath(path, keyText(key)), depth + 1)]);
    }
    return new Map([...merged, ...own]);
  }

  private key(pair: Pair<unknown, unknown>, path: string): PyValue {
    if (isScalar(pair.key) && pair.key.tag === undefined && pair.key.type === 'PLAIN') {
      return this.plain(pair.key, joinPath(path, pair.key.source ?? ''), true);
    }
    if (isScalar(pair.key)) return String(pair.key.value ?? '');
    const range = rangeOfNode(pair.key);
    if (pair.key !== null) this.bad.push({ detail: 'A list or a mapping cannot be a key here.', range });
    return this.text.slice(range.start, range.end);
  }

  /** `<<: *base` or `<<: [*a, *b]`: keys of the earlier one win. */
  private merge(pair: Pair<unknown, unknown>, into: PyDict, path: string, depth: number): void {
    const value = this.value(pair.value, joinPath(path, '<<'), depth + 1);
    for (const source of Array.isArray(value) ? value : [value]) {
      if (!(source instanceof Map)) {
        this.bad.push({ detail: 'A merge key (<<) needs a mapping.', range: rangeOfNode(pair.value ?? pair.key) });
        return;
      }
      for (const [key, item] of source) if (!into.has(key)) into.set(key, item);
    }
  }

  private alias(node: Alias, path: string, depth: number): PyValue {
    const target = node.resolve(this.document);
    if (target === undefined) return this.refuse(node, `No anchor is called "${node.source}".`);
    return this.value(target, path, depth + 1);
  }

  private scalar(node: Scalar, path: string): PyValue {
    if (node.tag !== undefined && node.tag !== `${CORE}str` && node.tag !== '!') return this.tagged(node, path);
    if (node.type === 'PLAIN' && node.tag === undefined) return this.plain(node, path, false);
    return String(node.value ?? '');
  }

  private tagged(node: Scalar, path: string): PyValue {
    const text = String(node.value ?? '');
    const range = taggedRange(node, this.text);
    if (node.tag === '!function') {
      const hook = new PythonHook(text);
      this.hooks.push({ path, hook, range });
      return hook;
    }
    if (node.tag?.startsWith(CORE) === true && /^(?:int|float|bool|null|timestamp)$/.test(node.tag.slice(CORE.length))) return resolveScalar(text);
    this.bad.push({ detail: `Unknown tag: ${node.tag?.replace(CORE, '!!') ?? ''}`, range });
    return text;
  }

  private plain(node: Scalar, path: string, isKey: boolean): PyValue {
    // Only a scalar on one line can be anything but text; `value` has its lines folded.
    const text = String(node.value ?? '');
    const surprise = surpriseOf(text);
    if (surprise !== null && !(isKey && surprise.kind === 'text')) {
      this.surprises.push({ ...surprise, text, path: isKey ? `${path}#key` : path, range: rangeOfNode(node) });
    }
    return resolveScalar(text);
  }

  private tooBig(node: unknown): null {
    if (this.bad.some((problem) => problem.detail === TOO_BIG)) return null;
    return this.refuse(node, TOO_BIG);
  }

  private refuse(node: unknown, detail: string): null {
    this.bad.push({ detail, range: rangeOfNode(node) });
    return null;
  }
}

const TOO_BIG = 'This file is nested too deeply, or its aliases unfold to too many values.';

function rangeOfNode(node: unknown): TextRange {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return { start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
}

/** The text of a key as config paths name it. */
export function keyText(key: PyValue): string {
  if (typeof key === 'string') return key;
  return key === null ? 'null' : String(key);
}
