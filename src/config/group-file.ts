import type { PyValue } from '../python/value';
import { joinPath } from './config-path';
import type { BenchmarkPart, GroupAggregate } from './definition';
import { GROUP_KEYS } from './keys';
import { describeValue, type ProblemSink } from './schema';
import { metadataOf } from './task-definition';
import { booleanOf, listOf, mappingOf, textOf, textsOf } from './values';

/** A member of a group as written: which of them are references is known to the catalog alone. */
export type GroupMember =
  | { readonly kind: 'name'; readonly name: string; readonly configPath: string }
  | { readonly kind: 'task' | 'group'; readonly name: string; readonly values: ReadonlyMap<string, PyValue>; readonly configPath: string };

/** A group before its members are looked up. */
export type GroupFile = {
  readonly group: string;
  readonly alias: string | null;
  readonly members: readonly GroupMember[];
  /** Task keys of the group: they hold for every task below it. */
  readonly overrides: ReadonlyMap<string, PyValue>;
  readonly aggregate: readonly GroupAggregate[] | null;
  readonly metadata: ReadonlyMap<string, PyValue>;
};

const OWN_KEYS = new Set(['group', 'group_alias', 'task', 'aggregate_metric_list', 'metadata', 'tag', 'include', 'task_list', 'class']);

/** Reads the keys of a group (file or inline); null without a name. `at`: where they stand in their text. */
export function groupFile(values: ReadonlyMap<string, PyValue>, at: string, sink: ProblemSink): GroupFile | null {
  const group = textOf(values, 'group');
  if (group === null) return null;
  const members = listOf(values, 'task');
  // A bare text has its own problem: the harness would take it for an empty group.
  if ((values.get('task') ?? null) === null) sink.at(joinPath(at, 'task'), 'missing-key', { what: `The group "${group}"`, key: 'task' });
  return {
    group,
    alias: textOf(values, 'group_alias'),
    members: (members ?? []).flatMap((member, index) => groupMember(member, joinPath(joinPath(at, 'task'), index), sink) ?? []),
    overrides: new Map([...values].filter(([key]) => !OWN_KEYS.has(key) && Object.hasOwn(GROUP_KEYS, key))),
    aggregate: aggregates(values.get('aggregate_metric_list') ?? null),
    metadata: metadataOf(values),
  };
}

function groupMember(value: PyValue, at: string, sink: ProblemSink): GroupMember | null {
  if (typeof value === 'string') return { kind: 'name', name: value, configPath: at };
  const values = mappingOf(value);
  if (values === null) {
    sink.at(at, 'wrong-type', { key: 'task', expected: 'a task name or a mapping', actual: describeValue(value) });
    return null;
  }
  const kind = values.has('group') ? 'group' : 'task';
  const name = textOf(values, kind);
  if (name === null) {
    sink.at(at, 'missing-key', { what: 'A member of a group', key: 'task' });
    return null;
  }
  return { kind, name, values, configPath: at };
}

/** A list, or one mapping. */
function aggregates(value: PyValue): GroupAggregate[] | null {
  const entries = Array.isArray(value) ? value : value instanceof Map ? [value] : null;
  return entries?.flatMap((entry) => aggregate(mappingOf(entry)) ?? []) ?? null;
}

function aggregate(values: ReadonlyMap<string, PyValue> | null): GroupAggregate | null {
  const metric = values === null ? null : textOf(values, 'metric');
  if (values === null || metric === null) return null;
  const filters = values.get('filter_list') ?? null;
  const meanOf = listOf(values, 'mean_of')?.map((part) => partOf(mappingOf(part)));
  return { metric, weightBySize: booleanOf(values, 'weight_by_size') ?? true, filters: filters === null ? null : textsOf(values, 'filter_list'), ...(meanOf !== undefined && { meanOf }) };
}

/** `{ mrpc: [acc, f1] }`, `{ mnli: acc, mnli_mismatch: acc }` */
function partOf(tasks: ReadonlyMap<string, PyValue> | null): BenchmarkPart {
  return [...(tasks ?? [])].map(([task]) => ({ task, metrics: tasks === null ? [] : textsOf(tasks, task) }));
}
