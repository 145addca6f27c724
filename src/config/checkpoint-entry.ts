import path from 'node:path';
import type { PyValue } from '../python/value';
import { joinPath } from './config-path';
import type { CheckpointEntry } from './definition';
import { readEndpoint } from './endpoint-entry';
import { CHECKPOINT_KEYS } from './keys';
import { describeValue, readMapping, type ProblemSink } from './schema';
import { textOf } from './values';

/** Reads `checkpoints:`; paths and globs become absolute. */
export function readCheckpointEntries(value: PyValue, base: string, sink: ProblemSink): CheckpointEntry[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => readCheckpointEntry(item, joinPath('checkpoints', index), base, sink) ?? []);
}

function readCheckpointEntry(item: PyValue, at: string, base: string, sink: ProblemSink): CheckpointEntry | null {
  if (typeof item === 'string' && item.trim() !== '') return { kind: 'path', pattern: path.resolve(base, item), name: null, tokenizer: null, configPath: at };
  if (!(item instanceof Map)) {
    sink.at(at, 'wrong-type', { key: at, expected: 'a path or a mapping', actual: describeValue(item) });
    return null;
  }
  if (item.has('endpoint')) return readEndpoint(item, at, base, sink);
  const values = readMapping(item, at, CHECKPOINT_KEYS, sink);
  const pattern = textOf(values, 'path');
  if (pattern === null && !isWritten(item, 'path')) sink.at(at, 'missing-key', { what: 'A checkpoint', key: 'path' });
  if (pattern === null) return null;
  const tokenizer = textOf(values, 'tokenizer');
  return { kind: 'path', pattern: path.resolve(base, pattern), name: textOf(values, 'name'), tokenizer: tokenizer === null ? null : path.resolve(base, tokenizer), configPath: at };
}

function isWritten(item: ReadonlyMap<PyValue, PyValue>, key: string): boolean {
  return (item.get(key) ?? null) !== null;
}
