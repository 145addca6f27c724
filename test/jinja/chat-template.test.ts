import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileChatTemplate } from '../../src/jinja/chat-template';
import { AssayError } from '../../src/protocol/errors';
import { parseJson } from '../../src/python/json';
import { strftime, type LocalTime } from '../../src/python/strftime';
import type { Doc, PyValue } from '../../src/python/value';

type Fixture = { readonly now: Moment; readonly cases: readonly { readonly template: string; readonly expected?: string; readonly error?: string }[]; readonly times: readonly { readonly time: Moment; readonly format: string; readonly expected: string }[] };
type Moment = readonly [number, number, number, number, number, number, number];

const text = readFileSync(join(__dirname, '../fixtures/jinja/chat.json'), 'utf8');
const fixture = JSON.parse(text) as Fixture;
const timeOf = ([year, month, day, hour, minute, second, microsecond]: Moment): LocalTime => ({ year, month, day, hour, minute, second, microsecond });

/** Numbers as Python reads them. */
function newDoc(): Doc {
  const all = parseJson(text);
  const doc = all instanceof Map ? all.get('doc') : undefined;
  assert.ok(doc instanceof Map);
  return new Map([...doc].map(([key, value]): [string, PyValue] => [String(key), value]));
}

for (const { template, expected, error } of fixture.cases) {
  test(`as transformers renders: ${JSON.stringify(template).slice(0, 120)}`, () => {
    const render = (): string => compileChatTemplate(template, () => timeOf(fixture.now)).render(newDoc());
    if (error === undefined) assert.equal(render(), expected);
    else assert.throws(render, (thrown) => thrown instanceof AssayError && thrown.args['kind'] === error);
  });
}

for (const { time, format, expected } of fixture.times) test(`strftime: ${expected.slice(-40)}`, () => assert.equal(strftime(timeOf(time), format), expected));
