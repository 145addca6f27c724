/** Values computed by the reference packages (test/fixtures/metrics/cases.json says which). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };
export type Case = { readonly id: string; readonly metric: string; readonly options: Fields; readonly inputs: Fields; readonly expected: Fields };

const { cases } = JSON.parse(readFileSync(join(__dirname, '../fixtures/metrics/cases.json'), 'utf8')) as { readonly cases: readonly Case[] };

export const ALL_KINDS: readonly string[] = [...new Set(cases.map(({ metric }) => metric))].sort();

/** Throws where there is none, so that no check passes for want of a case. */
export function casesOf(metric: string): readonly Case[] {
  const found = cases.filter((item) => item.metric === metric);
  assert.ok(found.length > 0, `no case of ${metric}`);
  return found;
}

/** Whether the reference raises. */
export function raises({ expected }: Case): boolean {
  return expected['error'] !== undefined;
}

/** A part of a case whose type its metric fixes. */
export function the<T>(fields: Fields, key: string): T {
  assert.notEqual(fields[key], undefined, key);
  return fields[key] as T;
}

/** The same, where the case may leave it out. */
export function maybe<T>(fields: Fields, key: string, absent: T): T {
  return fields[key] === undefined ? absent : (fields[key] as T);
}

/** 1e-9, relative from 1 on; "NaN" is not a number. Lists and objects part by part. */
export function close(got: unknown, want: Json, what: string, tolerance = 1e-9): void {
  if (want === 'NaN') return assert.ok(typeof got === 'number' && Number.isNaN(got), `${what}: ${String(got)}, expected NaN`);
  if (typeof want === 'number') {
    return assert.ok(typeof got === 'number' && Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want)), `${what}: ${String(got)}, expected ${want}`);
  }
  if (typeof want !== 'object' || want === null) return assert.equal(got, want, what);
  assert.ok(typeof got === 'object' && got !== null, `${what}: ${String(got)}`);
  for (const [key, part] of Object.entries(want)) close((got as Record<string, unknown>)[key], part as Json, `${what}.${key}`, tolerance);
  if (Array.isArray(want)) assert.equal((got as unknown[]).length, want.length, what);
  return undefined;
}
