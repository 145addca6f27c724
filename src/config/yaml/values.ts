/** Nodes -> the values PyYAML makes of them with the loader of lm-evaluation-harness (CSafeLoader and `!function`). */
import { PyDate, PyDatetime } from '../../python/datetime';
import type { PyDict, PyValue } from '../../python/value';
import { convertTagged, isUnconvertible, resolveScalar } from '../../python/yaml';
import type { TextRange } from '../../protocol/problem';
import { joinPath } from '../config-path';
import { PythonHook } from '../python-hook';
import type { ContentNode, MappingNode, ScalarNode, SequenceNode, YamlNode, YamlPair } from './node';
import { CORE_TAG, MOST_VALUES, TOO_MUCH } from './parser';
import { surpriseOf, type Surprise } from './surprise';

/** Problems of one kind in one text. */
const MOST_TOLD = 100;

export type FoundHook = { readonly path: string; readonly hook: PythonHook; readonly range: TextRange };
export type BadYaml = { readonly detail: string; readonly range: TextRange };

export type YamlValues = {
  readonly root: PyValue;
  readonly hooks: readonly FoundHook[];
  readonly surprises: readonly Surprise[];
  /** What PyYAML refuses, and what is refused here because it would be read otherwise. */
  readonly bad: readonly BadYaml[];
  /** Keys that stand in their mapping already: the last one counts. */
  readonly repeated: readonly TextRange[];
  /** Windows paths in double quotes, where `\` begins an escape. */
  readonly backslashes: readonly TextRange[];
};

export function valuesOf(root: YamlNode | null, text: string): YamlValues {
  return new Construction(text).read(root);
}

/** Tag and content. */
export function rangeWithTag({ start, end, tagRange }: YamlNode): TextRange {
  return { start: tagRange?.start ?? start, end };
}

/** The text of a key as config paths name it. */
export function keyText(key: PyValue): string {
  if (typeof key === 'string') return key;
  return key === null ? 'null' : String(key);
}

/** A key's text before it is a value: what `1`, `no` and `"no"` are called in config paths. */
export function nodeKeyText(key: YamlNode): string {
  const node = key.kind === 'alias' ? key.target : key;
  if (node.kind !== 'scalar') return '';
  return isPlain(node) ? keyText(resolveScalar(node.value)) : node.value;
}

type Made = { readonly value: PyValue; readonly size: number };
type PlacedPair = { readonly pair: YamlPair; readonly at: string; readonly own: boolean };

const NOTHING: Made = { value: null, size: 1 };
const SELF = 'This alias contains itself.';

class Construction {
  private readonly hooks: FoundHook[] = [];
  private readonly surprises: Surprise[] = [];
  private readonly bad: BadYaml[] = [];
  private readonly repeated: TextRange[] = [];
  private readonly backslashes: TextRange[] = [];
  /** What aliases share. */
  private readonly made = new Map<ContentNode, Made>();
  private readonly open = new Set<ContentNode>();
  private values = 0;

  constructor(private readonly text: string) {}

  read(root: YamlNode | null): YamlValues {
    const { value } = root === null ? NOTHING : this.node(root, '');
    const { hooks, surprises, bad, repeated, backslashes } = this;
    return { root: value, hooks, surprises, bad, repeated, backslashes };
  }

  private node(node: YamlNode, path: string): Made {
    const content = node.kind === 'alias' ? node.target : node;
    const known = this.made.get(content);
    if (known !== undefined) return known;
    this.values += 1;
    if (this.values > MOST_VALUES) return this.refuse(node, TOO_MUCH);
    if (content.kind === 'scalar') {
      const made = { value: this.scalar(content, path), size: 1 };
      this.made.set(content, made);
      return made;
    }
    if (this.open.has(content)) return this.refuse(node, SELF);
    this.open.add(content);
    const made = content.kind === 'mapping' ? this.mapping(content, path) : this.sequence(content, path);
    this.open.delete(content);
    const kept = made.size > MOST_VALUES ? this.refuse(node, TOO_MUCH) : made;
    this.made.set(content, kept);
    return kept;
  }

  private sequence(node: SequenceNode, path: string): Made {
    this.checkTag(node, 'seq');
    let size = 1;
    const items: PyValue[] = [];
    for (const [index, item] of node.items.entries()) {
      const made = this.node(item, joinPath(path, index));
      size += made.size;
      items.push(made.value);
    }
    return { value: items, size };
  }

  private mapping(node: MappingNode, path: string): Made {
    this.checkTag(node, 'map');
    const result: PyDict = new Map();
    const keys = new Map<string, { readonly key: PyValue; readonly own: boolean }>();
    let size = 1;
    for (const { pair, at, own } of this.pairs(node, path)) {
      const key = this.key(pair.key, at, node);
      const made = this.node(pair.value, joinPath(at, keyText(key)));
      size += made.size;
      const name = identity(key);
      const known = keys.get(name);
      if (known?.own === true && own && this.repeated.length < MOST_TOLD) this.repeated.push(rangeWithTag(pair.key));
      result.set(known === undefined ? key : known.key, made.value);
      keys.set(name, { key: known === undefined ? key : known.key, own });
    }
    return { value: result, size };
  }

  /** Pairs in the order they count, those of merge keys (`<<`) first. */
  private pairs(node: MappingNode, path: string): PlacedPair[] {
    const own: PlacedPair[] = [];
    const merged: PlacedPair[] = [];
    for (const pair of node.pairs) {
      if (!isMergeKey(pair.key)) own.push({ pair, at: path, own: true });
      else for (const from of this.mergedPairs(pair, joinPath(path, '<<'))) merged.push(from);
    }
    return merged.length === 0 ? own : [...merged, ...own];
  }

  /** `<<: *base` or `<<: [*a, *b]`: keys of the earlier one win. */
  private mergedPairs({ key, value }: YamlPair, path: string): PlacedPair[] {
    const content = contentOf(value);
    const sources = content.kind === 'sequence' ? content.items.map(contentOf).reverse() : [content];
    const merged: PlacedPair[] = [];
    for (const source of sources) {
      if (source.kind !== 'mapping') {
        this.refuse(value.end > value.start ? value : key, 'A merge key (<<) needs a mapping, or a list of mappings.');
        return [];
      }
      if (this.open.has(source)) {
        this.refuse(value, SELF);
        return [];
      }
      this.open.add(source);
      for (const { pair, at } of this.pairs(source, path)) merged.push({ pair, at, own: false });
      this.open.delete(source);
      this.values += source.pairs.length;
      if (this.values + merged.length > MOST_VALUES) {
        this.refuse(value, TOO_MUCH);
        return [];
      }
    }
    return merged;
  }

  private key(key: YamlNode, path: string, within: MappingNode): PyValue {
    const node = contentOf(key);
    if (node.kind !== 'scalar') {
      const doubled = this.text.startsWith('{{', within.start) && node.kind === 'mapping';
      this.refuse(doubled ? within : key, doubled ? 'Put this in quotes: text that begins with {{ is a mapping in YAML.' : 'A list or a mapping cannot be a key.');
      return this.text.slice(key.start, Math.min(key.end, key.start + 100));
    }
    if (isPlain(node) && node.value === '=') return '=';
    if (!isPlain(node)) return this.scalar(node, path);
    return this.plain(node, joinPath(path, node.value), true);
  }

  private scalar(node: ScalarNode, path: string): PyValue {
    if (node.tag !== null && node.tag !== '!' && node.tag !== `${CORE_TAG}str`) return this.tagged(node, path);
    if (!isPlain(node)) {
      const raw = this.text.slice(node.start, node.start + 4);
      if (node.style === 'double' && DRIVE.test(raw) && this.backslashes.length < MOST_TOLD) this.backslashes.push({ start: node.start, end: node.end });
      return node.value;
    }
    return this.plain(node, path, false);
  }

  private plain(node: ScalarNode, path: string, isKey: boolean): PyValue {
    const value = resolveScalar(node.value);
    const surprise = surpriseOf(node.value, value);
    if (surprise !== null && !(isKey && surprise.kind === 'text') && this.surprises.length < MOST_TOLD) {
      this.surprises.push({ ...surprise, text: node.value, path: isKey ? `${path}#key` : path, range: { start: node.start, end: node.end } });
    }
    if (typeof value !== 'string') return value;
    if (isUnconvertible(node.value)) this.refuse(node, `PyYAML reads this as a number or a date, and it is none: put it in quotes.`);
    else if (node.value === '<<' || node.value === '=') this.refuse(node, `${node.value} has a meaning of its own in YAML 1.1: put it in quotes.`);
    return value;
  }

  private tagged(node: ScalarNode, path: string): PyValue {
    const range = rangeWithTag(node);
    if (node.tag === '!function') {
      const hook = new PythonHook(node.value);
      if (this.hooks.length < MOST_TOLD) this.hooks.push({ path, hook, range });
      return hook;
    }
    const type = node.tag?.startsWith(CORE_TAG) === true ? node.tag.slice(CORE_TAG.length) : null;
    const value = type === null ? undefined : convertTagged(type, node.value);
    if (value !== undefined) return value;
    const known = type !== null && CONVERTED.has(type);
    this.tell(known ? `This is no ${type}.` : `Unknown tag: ${shownTag(node.tag)}`, range);
    return node.value;
  }

  private checkTag(node: SequenceNode | MappingNode, type: 'seq' | 'map'): void {
    const { tag } = node;
    if (tag === null || tag === '!' || tag === CORE_TAG + type) return;
    this.tell(`${tag === '!function' || CONVERTED.has(tag.slice(CORE_TAG.length)) ? 'This tag belongs to a text, not to a list or a mapping' : 'Unknown tag'}: ${shownTag(tag)}`, node.tagRange ?? rangeWithTag(node));
  }

  private refuse(node: YamlNode, detail: string): Made {
    this.tell(detail, rangeWithTag(node));
    return NOTHING;
  }

  private tell(detail: string, range: TextRange): void {
    const once = detail === TOO_MUCH && this.bad.some((problem) => problem.detail === TOO_MUCH);
    if (!once && this.bad.length < MOST_TOLD) this.bad.push({ detail, range });
  }
}

/** `C:\`, `..\` behind the quote. */
const DRIVE = /^"(?:[A-Za-z]:|\.{1,2})\\/;
const CONVERTED: ReadonlySet<string> = new Set(['int', 'float', 'bool', 'null', 'timestamp', 'str']);

function shownTag(tag: string | null): string {
  const shown = (tag ?? '').replace(CORE_TAG, '!!');
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
}

function contentOf(node: YamlNode): ContentNode {
  return node.kind === 'alias' ? node.target : node;
}

/** Whether its text decides what it is: unquoted, or with the tag `!` and a text of its own. */
function isPlain({ tag, style, value }: ScalarNode): boolean {
  return tag === null ? style === 'plain' : tag === '!' && (style !== 'plain' || value !== '');
}

function isMergeKey(node: YamlNode): boolean {
  const content = contentOf(node);
  return content.kind === 'scalar' && (content.tag === `${CORE_TAG}merge` || (isPlain(content) && content.value === '<<'));
}

/** Equal for keys that Python holds to be equal: 1, 1.0 and true are one key. */
function identity(key: PyValue): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return key ? 'n1' : 'n0';
  if (typeof key === 'bigint') return `n${key}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `n${key}`;
  if (key instanceof PyDate || key instanceof PyDatetime) return `d${key.repr()}`;
  return key === null ? 'null' : 'other';
}
