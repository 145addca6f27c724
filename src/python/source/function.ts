/** What a function of a Python module is, known by its source and by all of the module that it uses. It is never run. */
import { createHash } from 'node:crypto';
import { PyError } from '../errors';
import { literalEval } from '../literal';
import type { PyValue } from '../value';
import { importsOf, type Statement, statementsOf } from './statements';
import { tokensOf } from './tokens';

export type SourceFunction =
  /**
   * `fingerprint`: of the function with everything in its module that it refers to; layout, comments, docstrings and annotations do not
   * count. `member`: the name it goes by where only running the module gives it one: then the fingerprint is the whole module's.
   * `bound`: arguments that `functools.partial` gives it. `needs`: modules it imports.
   */
  | {
      readonly kind: 'here';
      readonly fingerprint: string;
      readonly member: string | null;
      readonly bound: Readonly<Record<string, PyValue>>;
      readonly needs: readonly string[];
      readonly source: string;
    }
  /** It comes from another module, under this dotted name. */
  | { readonly kind: 'imported'; readonly name: string; readonly bound: Readonly<Record<string, PyValue>> }
  | { readonly kind: 'missing' }
  | { readonly kind: 'no-python' };

const parsed = new Map<string, readonly Statement[] | null>();
const MOST_PARSED = 500;

/** The function `name` of a module's text; an unchanged text is read once. */
export function functionOf(text: string, name: string): SourceFunction {
  let statements = parsed.get(text);
  if (statements === undefined) {
    const tokens = tokensOf(text);
    statements = tokens === null ? null : statementsOf(tokens);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(text, statements);
  }
  return statements === null ? { kind: 'no-python' } : found(statements, text, name, {}, 0);
}

/** Names that stand for other names are followed this far. */
const MOST_STEPS = 8;

function found(statements: readonly Statement[], text: string, name: string, bound: Readonly<Record<string, PyValue>>, steps: number): SourceFunction {
  const binding = statements.findLast(({ binds }) => binds.includes(name));
  if (binding === undefined) return made(statements, text, name, bound);
  const [first] = binding.tokens;
  if (first?.text === 'import' || first?.text === 'from') {
    const source = importsOf(binding.tokens).find(({ as }) => as === name);
    if (source?.name !== undefined && source.name !== null) return { kind: 'imported', name: `${source.module}.${source.name}`, bound };
  }
  const inner = steps < MOST_STEPS ? standsFor(binding) : null;
  if (inner !== null && inner.name !== name) return found(statements, text, inner.name, { ...inner.bound, ...bound }, steps + 1);
  const closure = closureOf(statements, name);
  return { kind: 'here', fingerprint: hashOf(closure), member: null, bound, needs: needsOf(closure), source: text.slice(binding.start, binding.end) };
}

/** Names that a module gives out while it runs (`globals()[…] = …`). */
function made(statements: readonly Statement[], text: string, name: string, bound: Readonly<Record<string, PyValue>>): SourceFunction {
  if (!statements.some(({ mentions }) => mentions.has('globals') || mentions.has('setattr'))) return { kind: 'missing' };
  return { kind: 'here', fingerprint: hashOf(statements), member: name, bound, needs: needsOf(statements), source: text };
}

/** `x = y` and `x = partial(y, key=literal)`; null for anything else. */
function standsFor({ tokens }: Statement): { readonly name: string; readonly bound: Readonly<Record<string, PyValue>> } | null {
  const texts = tokens.map(({ text }) => text);
  const names = tokens.map(({ kind, text }) => (kind === 'name' ? text : ''));
  if (texts[1] !== '=') return null;
  if (tokens.length === 4 && names[2] !== '' && !/^(?:None|True|False)$/.test(names[2] ?? '')) return { name: names[2] ?? '', bound: {} };
  const from = names[2] === 'partial' ? 3 : names[2] === 'functools' && names[4] === 'partial' ? 5 : -1;
  const inner = names[from + 1] ?? '';
  if (from === -1 || texts[from] !== '(' || inner === '' || texts.at(-2) !== ')') return null;
  const bound: Record<string, PyValue> = {};
  for (let at = from + 2; at < tokens.length - 2; ) {
    const key = names[at + 1] ?? '';
    if (texts[at] !== ',' || key === '' || texts[at + 2] !== '=') return null;
    const end = endOfArgument(texts, at + 3);
    const value = literal(texts.slice(at + 3, end).join(' '));
    if (value === undefined) return null;
    bound[key] = value;
    at = end;
  }
  return { name: inner, bound };
}

function endOfArgument(texts: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < texts.length - 2; at++) {
    const text = texts[at] ?? '';
    if (depth === 0 && text === ',') return at;
    if (/^[([{]$/.test(text)) depth++;
    if (/^[)\]}]$/.test(text)) depth--;
  }
  return texts.length - 2;
}

function literal(text: string): PyValue | undefined {
  try {
    return literalEval(text);
  } catch (error) {
    if (error instanceof PyError) return undefined;
    throw error;
  }
}

/** The statements a function needs: those that bind a name it mentions, and those that do something to one of these. */
function closureOf(statements: readonly Statement[], name: string): readonly Statement[] {
  const own = new Set(statements.flatMap(({ binds }) => binds));
  const names = new Set([name]);
  const taken = new Set<Statement>();
  for (let size = -1; size !== taken.size; ) {
    size = taken.size;
    for (const statement of statements) {
      const isNeeded = statement.binds.length > 0 ? statement.binds.some((one) => names.has(one)) : Array.from(statement.mentions).some((one) => names.has(one));
      if (!isNeeded || taken.has(statement)) continue;
      taken.add(statement);
      for (const one of statement.mentions) if (own.has(one)) names.add(one);
    }
  }
  return statements.filter((statement) => taken.has(statement));
}

/** Imports count by what they mean, in no order. */
function hashOf(statements: readonly Statement[]): string {
  const mentioned = new Set(statements.flatMap(({ tokens, mentions }) => (isImport(tokens) ? [] : Array.from(mentions))));
  const imports = statements.flatMap(({ tokens }) => (isImport(tokens) ? importsOf(tokens).filter(({ as }) => mentioned.has(as)) : [])).map(({ module, name, as }) => `${module} ${name ?? ''} ${as}`);
  const rest = statements.filter(({ tokens, canonical }) => !isImport(tokens) && !/^"[^\n]*\n$/.test(canonical)).map(({ canonical }) => canonical);
  return createHash('sha256').update([...Array.from(new Set(imports)).sort(), ...rest].join('\n\n')).digest('hex').slice(0, 32);
}

function needsOf(statements: readonly Statement[]): readonly string[] {
  const modules = statements.flatMap(({ tokens }) => (isImport(tokens) ? importsOf(tokens).map(({ module }) => module.split('.')[0] ?? module) : []));
  return Array.from(new Set(modules)).sort();
}

const isImport = ([first]: Statement['tokens']): boolean => first?.text === 'import' || first?.text === 'from';
