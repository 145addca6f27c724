import path from 'node:path';
import type { Problem } from '../protocol/problem';
import type { PyValue } from '../python/value';
import { joinPath } from './config-path';
import { withHookCode } from './hook-code';
import { ProblemSink } from './schema';
import type { ConfigSource } from './source';
import { readSource, type ReadText } from './text-files';
import { mappingOf, texts } from './values';

/** A mapping with its includes merged in, and the text each top-level key was written in. */
export type Included = {
  readonly values: ReadonlyMap<string, PyValue>;
  readonly origins: ReadonlyMap<string, ConfigSource>;
  /** Every included text, innermost first; not the including one. */
  readonly sources: readonly ConfigSource[];
  readonly problems: readonly Problem[];
};

/**
 * Merges the includes of a mapping as lm-evaluation-harness 0.4.13 does: shallow, later includes over earlier ones,
 * own keys over all, each `!function` with the code beside its file. One set of visited files guards against cycles, so a file included on two ways is refused too.
 * `at`: where the mapping stands in its text ('' = the whole file).
 */
export async function mergeIncludes(own: ReadonlyMap<string, PyValue>, source: ConfigSource, at: string, read: ReadText): Promise<Included> {
  const walk = new IncludeWalk(read);
  const merged = await walk.merge(own, source, at, [source.file]);
  return { ...merged, sources: walk.sources, problems: walk.problems };
}

type Merged = Pick<Included, 'values' | 'origins'>;

class IncludeWalk {
  readonly problems: Problem[] = [];
  readonly sources: ConfigSource[] = [];
  private readonly visited = new Set<string>();

  constructor(private readonly read: ReadText) {}

  async merge(own: ReadonlyMap<string, PyValue>, source: ConfigSource, at: string, stack: readonly string[]): Promise<Merged> {
    this.visited.add(source.file);
    const values = new Map<string, PyValue>();
    const origins = new Map<string, ConfigSource>();
    const take = (key: string, value: PyValue, from: ConfigSource): void => {
      values.set(key, value);
      origins.set(key, from);
    };
    const include = own.get('include') ?? null;
    for (const [index, name] of texts(include).entries()) {
      const place = joinPath(at, 'include');
      const inner = await this.included(name, source, Array.isArray(include) ? joinPath(place, index) : place, stack);
      for (const [key, value] of inner?.values ?? []) if (key !== 'task_list') take(key, value, inner?.origins.get(key) ?? source);
    }
    for (const [key, value] of own) if (key !== 'include') take(key, await withHookCode(value, source.file, this.read), source);
    return { values, origins };
  }

  private async included(name: string, from: ConfigSource, place: string, stack: readonly string[]): Promise<Merged | null> {
    const file = path.resolve(path.dirname(from.file), name);
    const sink = new ProblemSink(from);
    const refuse = (...problem: Parameters<ProblemSink['at']>): null => {
      sink.at(...problem);
      this.problems.push(...sink.problems);
      return null;
    };
    if (stack.includes(file)) return refuse(place, 'include-cycle', { path: file });
    if (this.visited.has(file)) return refuse(place, 'include-twice', { path: file });
    const found = await readSource(file, this.read);
    if (found.kind === 'failed') return refuse(place, found.code, found.args);
    const values = mappingOf(found.source.root);
    if (values === null) return refuse(place, 'include-problem', { path: file, detail: 'it is no mapping (key: value)' });
    const merged = await this.merge(values, found.source, '', [...stack, file]);
    this.sources.push(found.source);
    return merged;
  }
}
