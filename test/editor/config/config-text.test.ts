import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvalConfig } from '../../../src/config/eval-config';
import { perplexityConfigText } from '../../../src/editor/config/config-text';
import { pageShell } from '../../../src/editor/results/page-shell';

test('a written config reads back as what was chosen, whatever the names', () => {
  for (const name of ['model-a', 'with space', '- dash', 'a: b', '#1', '007', 'null', "it's", 'ä/ö']) {
    const chosen = { checkpoints: [`/w/${name}`], text: `/w/data/${name}.txt`, outputPath: `/w/out ${name}` };
    for (const folder of ['/w', null]) {
      const { config, problems } = parseEvalConfig(perplexityConfigText(chosen, folder), '/w/x.eval.yaml');
      assert.deepEqual(problems, [], name);
      assert.deepEqual(config.checkpoints.map((entry) => entry.kind === 'path' && entry.pattern), chosen.checkpoints);
      const [task] = config.tasks;
      assert.ok(task?.source.kind === 'perplexity');
      assert.equal(task.source.file, chosen.text);
      assert.equal(config.outputPath, chosen.outputPath);
    }
  }
});

test('the page may load its own script and style and nothing else', () => {
  const html = pageShell({ script: 's.js', style: 's.css', source: 'https://own', nonce: 'N', locale: 'zh-cn' });
  assert.match(html, /content="default-src 'none'; script-src 'nonce-N'; style-src https:\/\/own 'nonce-N'; font-src https:\/\/own; img-src https:\/\/own data:"/);
  assert.match(html, /<html lang="zh-cn">/);
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.doesNotMatch(html, /unsafe|style=| on\w+=/);
});
