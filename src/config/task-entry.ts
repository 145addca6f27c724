import path from 'node:path';
import type { PyValue } from '../python/value';
import { joinPath } from './config-path';
import type { TaskEntry } from './definition';
import { readExpect } from './expect';
import { PERPLEXITY_KEYS, TASK_ENTRY_KEYS } from './keys';
import { checkTaskValues } from './task-form';
import { describeValue, readMapping, type ProblemSink } from './schema';
import { numberOf, textOf } from './values';

const NOT_OVERRIDES = new Set(['task', 'limit', 'num_fewshot', 'expect']);

/** Reads `tasks:`; what cannot be understood becomes a problem and is left out. */
export function readTaskEntries(value: PyValue, base: string, sink: ProblemSink): TaskEntry[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => readTaskEntry(item, joinPath('tasks', index), base, sink) ?? []);
}

/** An entry that is only a name or a file, as `--tasks` gives it too. Files end in .yaml or .yml, relative to `base`. */
export function plainEntry(reference: string, base: string, configPath: string): TaskEntry {
  const source: TaskEntry['source'] = /\.ya?ml$/i.test(reference)
    ? { kind: 'file', file: path.resolve(base, reference) }
    : { kind: 'name', name: reference };
  return { configPath, source, overrides: new Map(), limit: null, num_fewshot: null, expect: [] };
}

function readTaskEntry(item: PyValue, at: string, base: string, sink: ProblemSink): TaskEntry | null {
  if (typeof item === 'string' && item.trim() !== '') return plainEntry(item.trim(), base, at);
  if (!(item instanceof Map)) {
    sink.at(at, 'wrong-type', { key: at, expected: 'a task name, a file or a mapping', actual: describeValue(item) });
    return null;
  }
  return item.has('perplexity') ? perplexityEntry(item, at, base, sink) : referenceEntry(item, at, base, sink);
}

function referenceEntry(item: PyValue, at: string, base: string, sink: ProblemSink): TaskEntry | null {
  const values = readMapping(item, at, TASK_ENTRY_KEYS, sink);
  const reference = textOf(values, 'task');
  const expect = readExpect(values.get('expect') ?? null, joinPath(at, 'expect'), sink);
  checkTaskValues(values, at, sink);
  if (reference === null || reference.trim() === '') {
    if (!(item instanceof Map) || !item.has('task') || item.get('task') === null || reference !== null) sink.at(at, 'missing-key', { what: 'A task entry', key: 'task' });
    return null;
  }
  return {
    ...plainEntry(reference.trim(), base, at),
    overrides: new Map([...values].filter(([key]) => !NOT_OVERRIDES.has(key))),
    limit: numberOf(values, 'limit'),
    num_fewshot: numberOf(values, 'num_fewshot'),
    expect,
  };
}

function perplexityEntry(item: PyValue, at: string, base: string, sink: ProblemSink): TaskEntry | null {
  const values = readMapping(item, at, PERPLEXITY_KEYS, sink);
  const file = textOf(values, 'perplexity');
  const expect = readExpect(values.get('expect') ?? null, joinPath(at, 'expect'), sink);
  const context = numberOf(values, 'context');
  const stride = numberOf(values, 'stride');
  if (context !== null && stride !== null && stride > context) {
    sink.at(joinPath(at, 'stride'), 'out-of-range', { key: 'stride', expected: `at most the context (${context})`, actual: String(stride) });
  }
  if (file === null || file === '') {
    if (file === '' || (item instanceof Map && item.get('perplexity') === null)) sink.at(joinPath(at, 'perplexity'), 'missing-key', { what: 'A perplexity entry', key: 'perplexity' });
    return null;
  }
  const source: TaskEntry['source'] = {
    kind: 'perplexity',
    file: path.resolve(base, file),
    name: textOf(values, 'name'),
    textColumn: textOf(values, 'text_column'),
    context,
    stride: stride !== null && context !== null ? Math.min(stride, context) : stride,
  };
  return { configPath: at, source, overrides: new Map(), limit: numberOf(values, 'limit'), num_fewshot: null, expect };
}
