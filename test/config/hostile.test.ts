import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseEvalConfig } from '../../src/config/eval-config';
import { lensPlaces } from '../../src/config/lenses';
import { messages } from '../../src/protocol/messages';
import { openPlaceholders } from './problem-text';

const TASKS = path.resolve(__dirname, '../fixtures/config/tasks');
const CONFIG = `checkpoints:
  - ../a
  - { path: b, name: B }
tasks:
  - perplexity: x.txt
  - &t { task: arc, num_fewshot: 5, expect: { acc: ">= 0.3", "f1,none": [0, 1] } }
  - *t
  - task: piqa
    description: |
      Two lines,
      the second.
    metric_list:
      - metric: acc
limit: 0.5
log_samples: no
`;
const TEXTS = [CONFIG, CONFIG.replaceAll('\n', '\r\n'), ...readdirSync(TASKS).map((name) => readFileSync(path.join(TASKS, name), 'utf8'))];

const SNIPPETS = ['\t', ':', ': ', '- ', '[', ']', '{', '}', '"', "'", '|', '>', '&a ', '*a', '*t', '!', '!function x', '!!int ', '#', '%', '@', '`', '?', '? ', '\n', '\r', '\r\n', '  ', '<<: ', '---\n', '...\n', '\0', '😀', '\ud800', 'null', '~', '.nan', '__proto__: 1\n', 'constructor: 1\n'];

const edit = fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 5 })));

test('property: no edit of a valid config makes it throw, and every problem has a place and a full message', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { minLength: 1, maxLength: 4 }), (original, edits) => {
      let text = original;
      for (const [position, removed, added] of edits) {
        const at = position % (text.length + 1);
        text = text.slice(0, at) + added + text.slice(at + removed);
      }
      const { problems, source } = parseEvalConfig(text, '/x/c.eval.yaml');
      for (const { range, code } of problems) {
        assert.ok(Number.isInteger(range.start) && range.start >= 0 && range.start <= range.end && range.end <= text.length, `${code} ${JSON.stringify(range)}`);
        assert.ok(code in messages);
      }
      assert.deepEqual(openPlaceholders(problems), []);
      for (const { configPath, range } of lensPlaces(source).entries) {
        assert.ok(range.end <= text.length);
        assert.deepEqual(source.rangeOf(configPath)?.value, range);
      }
      for (const offset of [0, text.length >> 1, text.length]) source.nodeAt(offset);
    }),
    { numRuns: 1500 },
  );
});

test('property: any text at all', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void parseEvalConfig(text, '/x/c.eval.yaml')), { numRuns: 500 });
});
