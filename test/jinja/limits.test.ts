import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTemplate, variablesOf } from '../../src/jinja/template';
import { AssayError } from '../../src/protocol/errors';
import { withEffort } from '../../src/python/effort';
import type { Doc, PyValue } from '../../src/python/value';

/** Python's exception, and what it says. */
function refusal(source: string, doc: Doc = new Map()): string {
  try {
    const text = compileTemplate(source).render(doc);
    throw new assert.AssertionError({ message: `rendered ${text.length} characters: ${source.slice(0, 200)}` });
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    assert.equal(error.code, 'template-error');
    return `${String(error.args['kind'])}: ${String(error.args['detail'])}`;
  }
}

const doubled = (kind: string, times: number): string => `{% set ns = namespace(v=${kind}) %}{% for i in range(${times}) %}{% set ns.v = ns.v + ns.v %}{% endfor %}`;
/** A list of little memory that is 2^times items when printed or compared. */
const shared = (name: string, times: number): string => `{% set ns = namespace(v=[1]) %}{% for i in range(${times}) %}{% set ns.v = [ns.v, ns.v] %}{% endfor %}{% set ${name} = ns.v %}`;
const million = "{% set big = 'a' * 1000000 %}";

const TOO_MUCH: Record<string, string> = {
  'a range as a list': '{{ range(10**12)|list }}',
  'a range walked': '{% for i in range(10**12) %}{% endfor %}',
  'nested loops': '{% for i in range(10**5) %}{% for j in range(10**5) %}{% for k in range(10**5) %}{% endfor %}{% endfor %}{% endfor %}',
  'a loop over what a filter never finishes': '{% for i in range(10**12)|select("odd")|map("string") %}{{ i }}{% endfor %}',
  'a loop whose condition never holds': '{% for i in range(10**12) if i < 0 %}{% endfor %}',
  'sum of a range': '{{ range(10**12)|sum }}',
  'last of a range': '{{ range(10**12)|last }}',
  'in a range': '{{ -1 in range(10**12) }}',
  'a slice of a range': '{{ range(10**12)[5:] }}',
  'a tuple of a range by spreading': '{% macro m() %}{{ varargs }}{% endmacro %}{{ m(*range(10**12)) }}',
  'a range in batches': '{{ range(5)|batch(10**12, 0)|list }}',
  'a range in slices': '{{ range(5)|slice(10**12)|list }}',
  'text times': "{{ 'x' * 10**12 }}",
  'list times': '{{ [1] * 10**12 }}',
  'text doubled': doubled("'x'", 60),
  'list doubled': doubled('[1]', 60),
  'tuple doubled': doubled('(1,)', 60),
  'list extended by itself': '{% set a = [1] %}{% for i in range(60) %}{% set _ = a.extend(a) %}{% endfor %}',
  'text in a block doubled': `{% set x = 'ab' %}${'{% set x %}{{ x }}{{ x }}{% endset %}'.repeat(60)}`,
  'text joined': `{% set ns = namespace(v='ab') %}{% for i in range(60) %}{% set ns.v = [ns.v, ns.v]|join %}{% endfor %}`,
  'text appended with ~': `{% set ns = namespace(v='ab') %}{% for i in range(60) %}{% set ns.v = ns.v ~ ns.v %}{% endfor %}`,
  'text replaced': `{% set ns = namespace(v='a') %}{% for i in range(60) %}{% set ns.v = ns.v.replace('a', 'aaaa') %}{% endfor %}`,
  'text replaced by a filter': `{% set ns = namespace(v='a') %}{% for i in range(60) %}{% set ns.v = ns.v|replace('a', 'aaaa') %}{% endfor %}`,
  'text translated': `${million}{{ big.translate({97: big}) }}`,
  'text formatted': `${million}{{ ('{0}' * 1000).format(big) }}`,
  'text formatted with %': `${million}{{ '%(a)s%(a)s%(a)s' * 100 % {'a': big} }}`,
  'an integer squared': '{% set ns = namespace(v=10) %}{% for i in range(60) %}{% set ns.v = ns.v * ns.v %}{% endfor %}',
  'a power': '{{ 10 ** (10 ** 10) }}',
  'a power of a power': '{{ 2 ** 999999 * 2 ** 999999 }}',
  'large integers divided for ever': '{% set a = 7 ** 300000 %}{% set b = 3 ** 200000 %}{% for i in range(10**6) %}{% set c = a // b %}{% endfor %}',
  'a list printed that is small only in memory': `${shared('a', 60)}{{ a }}`,
  'such a list as JSON': `${shared('a', 60)}{{ a|tojson }}`,
  'such lists compared': `${shared('a', 60)}${shared('b', 60)}{{ a == b }}`,
  'such lists ordered': `${shared('a', 60)}${shared('b', 60)}{{ a < b }}`,
  'equal texts compared for ever': `${million}{% set other = big ~ '' %}{% set other = other[:-1] ~ 'a' %}{% for i in range(10**6) %}{{ '' if big == other }}{% endfor %}`,
  'center': "{{ 'x'|center(10**9) }}",
  '.center': "{{ 'x'.center(10**10) }}",
  '.ljust': "{{ 'x'.ljust(10**10) }}",
  '.zfill': "{{ 'x'.zfill(10**10) }}",
  '.expandtabs': "{{ ('\t' * 1000000).expandtabs(1000000) }}",
  'indent': "{{ ('a\n' * 1000000)|indent(1000000) }}",
  'indent by a text': `${million}{{ ('a\n' * 1000)|indent(big) }}`,
  'wordwrap': `{{ ('ä' * 10000000)|wordwrap(1) }}`,
  'a fixed fraction again and again': "{% for i in range(1000) %}{% set x = '%.1000000f' % 0.1 %}{% endfor %}",
  'a long text searched for a long text': "{% for i in range(1000) %}{{ 'b' ~ 'a' * 500000 in 'a' * 1000000 }}{% endfor %}",
};

/** A sixteenth of what a rendering may do, so that trying all of them takes no minute. */
const FEW_UNITS = 1 << 24;

for (const [what, source] of Object.entries(TOO_MUCH)) {
  test(`refused: ${what}`, () => assert.match(withEffort(() => refusal(source), FEW_UNITS), /^MemoryError: (more than \d+ million steps|a text of more than \d+ million characters|a list of more than \d+ million items|an integer of more than 1000000 bits)$/));
}

test('what Python itself refuses is refused in its words', () => {
  assert.match(refusal("{{ '%1000000000d' % 5 }}"), /^ValueError: width too big/);
  assert.match(refusal("{{ '{:1000000000d}'.format(5) }}"), /^ValueError: Invalid format specifier/);
  assert.match(refusal('{{ 2 ** 20000 }}'), /^ValueError: Exceeds the limit \(4300 digits\) for integer string conversion/);
  assert.match(refusal("{{ '{:c}'.format(-1) }}"), /^OverflowError/);
  assert.match(refusal("{{ '%c' % 1114112 }}"), /^OverflowError/);
});

test('recursion without end', () => {
  assert.match(refusal('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'), /^RecursionError/);
  assert.match(refusal('{% set a = [] %}{% set _ = a.append(a) %}{{ a }}'), /^RecursionError/);
  assert.match(refusal('{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}'), /^RecursionError/);
  assert.match(refusal(`{{ ${'('.repeat(5000)} }}`), /^TemplateSyntaxError/);
  assert.match(refusal(`{{ a${'.b'.repeat(200_000)} }}`), /^(RecursionError|UndefinedError)/);
  assert.match(refusal('{% if 1 %}'.repeat(100_000)), /^(RecursionError|TemplateSyntaxError)/);
});

test('a pattern that backtracks without end is ended', () => {
  assert.match(refusal("{{ ('a' * 40 ~ 'b')|regex_replace('(a+)+$', '') }}"), /^MemoryError: more than 30 million steps/);
  assert.equal(compileTemplate("{{ 'a1b22'|regex_replace('[0-9]+', '#') }}").render(new Map()), 'a#b#');
});

test('what is large at a distance only is computed', () => {
  const rendered = (source: string): string => compileTemplate(source).render(new Map());
  assert.equal(rendered('{{ 5|round(-100000000) }}'), '0');
  assert.equal(rendered('{{ 5.5|round(-100000000) }}'), '0.0');
  assert.equal(rendered('{{ range(10**12)|length }} {{ range(10**12)[7] }} {{ range(10**12)|first }} {{ 5 in range(10**12) }}'), '1000000000000 7 0 True');
  assert.equal(rendered("{{ '{:08,}|{:07,}|{:015,}|{:,}|{:#_x}|{:012_b}'.format(1234, 1234, 1234.5, 1234567, 1048575, 5) }}"), '0,001,234|001,234|0,000,001,234.5|1,234,567|0xf_ffff|00_0000_0101');
  assert.equal(rendered("{{ '{:01000000,}'.format(5)|length }}").length, 7);
  assert.equal(rendered("{{ ('<!--' * 200000)|striptags|length }} {{ ('<' * 1000000)|striptags|length }} {{ '<b>a</b> <!-- <i> -->&amp; c'|striptags }}"), '800000 1000000 a & c');
  assert.equal(rendered("{{ (' ' * 1000000 ~ '1')|int }} {{ ('1' * 100000 ~ 'x')|float(7) }}"), '1 7');
  assert.equal(rendered("{{ ('a b ' * 100000).rsplit(none, 100000)|length }}"), '100001');
});

test('a source of a megabyte is read in time that grows with its length', () => {
  const names = Array.from({ length: 60_000 }, (_, index) => `{{ v${index} }}\n`).join('');
  assert.deepEqual(variablesOf(compileTemplate(names)).get('v59999'), { line: 60_000, column: 4 });
  const scopes = Array.from({ length: 15_000 }, (_, index) => `{% set v${index} = 1 %}{% for x in [1] %}{% endfor %}`).join('');
  assert.equal(variablesOf(compileTemplate(scopes)).size, 0);
  assert.match(refusal(`{{ dict(${Array.from({ length: 50_000 }, (_, index) => `a${index}=1`).join(', ')}, a0=2) }}`), /^SyntaxError: keyword argument repeated: a0/);
});

test('prompts of some megabytes stay far below every limit', () => {
  const examples: PyValue[] = Array.from({ length: 5000 }, (_, index) => new Map<PyValue, PyValue>([['q', `${'What is it? '.repeat(80)}${index}`], ['a', index % 2 === 0 ? 'yes' : 'no']]));
  const doc: Doc = new Map<string, PyValue>([['examples', examples], ['text', 'x'.repeat(20_000_000)], ['numbers', Array.from({ length: 200_000 }, (_, index) => BigInt(index))]]);
  const shots = compileTemplate('{% for e in examples %}Question: {{ e.q.strip()|replace("it", "this") }}\nAnswer: {{ e["a"]|upper }}\n\n{% endfor %}').render(doc);
  assert.ok(shots.length > 4_000_000);
  assert.equal(compileTemplate('{{ text.strip() }}').render(doc).length, 20_000_000);
  assert.equal(compileTemplate('{{ text|replace("y", "z")|trim }}').render(doc).length, 20_000_000);
  assert.equal(compileTemplate('{% for n in numbers if n is even %}{{ n }}{% endfor %}').render(doc).length > 500_000, true);
  assert.equal(compileTemplate('{{ numbers|sum }} {{ numbers|unique|list|length }} {{ numbers|map("string")|join(",")|length }}').render(doc), '19999900000 200000 1288889');
});

test('a rendering by itself has its own budget', () => {
  assert.match(refusal('{{ range(10**12)|list }}'), /^MemoryError: more than 256 million steps/);
});

test('one rendering takes nothing from the next', () => {
  const template = compileTemplate('{{ (range(n)|list)[-1] }}');
  for (let turn = 0; turn < 8; turn++) assert.equal(template.render(new Map([['n', 1_000_000n]])), '999999');
  assert.match(refusal('{{ range(10**9)|list }}'), /^MemoryError/);
  assert.equal(template.render(new Map([['n', 1_000_000n]])), '999999');
});

test('keys of equal value are one key', () => {
  const rendered = (source: string): string => compileTemplate(source).render(new Map());
  assert.equal(rendered('{{ {1: "a", 1.0: "b", true: "c"} }} {{ {true: "a"}[1.0] }} {{ {2.0: "x"}[2] }} {{ {0: 1}[false] }} {{ {1.5: 2}[1.5] }} {{ {10**30: 1}[10.0**30] is defined }}'), "{1: 'c'} a x 1 2 False");
  assert.equal(rendered('{{ {(1, 2): "t"}[(1.0, 2)] }} {{ {none: 1}[none] }}'), 't 1');
});
