/** What stands at the top of a Python module: definitions, imports and the rest, each as one text that does not depend on layout. */
import type { Token } from './tokens';

export type Statement = {
  /** Names it gives a value to. */
  readonly binds: readonly string[];
  /** Names it mentions; those behind a dot are no names of the module. */
  readonly mentions: ReadonlySet<string>;
  readonly tokens: readonly Token[];
  /** Layout, comments, docstrings and annotations of parameters aside. */
  readonly canonical: string;
  /** Where it stands in the source. */
  readonly start: number;
  readonly end: number;
};

const CONTINUES: ReadonlySet<string> = new Set(['elif', 'else', 'except', 'finally']);

/** In the order of the source. */
export function statementsOf(tokens: readonly Token[]): readonly Statement[] {
  const statements: Statement[] = [];
  let current: Token[] = [];
  let depth = 0;
  const close = (): void => {
    if (current.length > 0) statements.push(statement(current));
    current = [];
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'indent') depth++;
    if (token.kind === 'dedent') depth--;
    current.push(token);
    if (depth > 0 || (token.kind !== 'line' && token.kind !== 'dedent')) continue;
    const next = tokens[index + 1];
    const isDecorator = current[0]?.text === '@' && !current.some(({ kind }) => kind === 'indent') && !isOneLine(current);
    if (next?.kind !== 'indent' && !(next?.kind === 'name' && CONTINUES.has(next.text)) && !isDecorator) close();
  }
  close();
  return statements;
}

/** `def f(): return 1` behind its decorators. */
function isOneLine(tokens: readonly Token[]): boolean {
  return tokens.some(({ text }, index) => (text === 'def' || text === 'class') && (index === 0 || tokens[index - 1]?.kind === 'line'));
}

function statement(tokens: readonly Token[]): Statement {
  const kept = withoutAnnotations(withoutDocstrings(tokens));
  return {
    binds: boundBy(tokens),
    mentions: mentionedBy(kept),
    tokens: kept,
    canonical: kept.map(({ kind, text }) => (kind === 'line' ? '\n' : kind === 'indent' ? '{' : kind === 'dedent' ? '}' : text)).join(' '),
    start: tokens[0]?.start ?? 0,
    end: tokens.findLast(({ kind }) => kind !== 'dedent' && kind !== 'line')?.end ?? 0,
  };
}

/** Texts that stand alone at the head of a block which holds more; and commas before a closing bracket, which say nothing there. */
function withoutDocstrings(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const alone = token.kind === 'string' && tokens[index - 1]?.kind === 'indent' && tokens[index + 1]?.kind === 'line' && tokens[index + 2]?.kind !== 'dedent';
    if (alone) index++;
    else if (!(token.text === ',' && isClosing(tokens, index))) kept.push(token);
  }
  return kept;
}

/** `[1, 2,]` and `f(a, b,)`; the comma of `(1,)` makes a tuple. */
function isClosing(tokens: readonly Token[], comma: number): boolean {
  const close = tokens[comma + 1]?.text;
  if (close === ']' || close === '}') return true;
  if (close !== ')') return false;
  let depth = 0;
  for (let index = comma - 1; index >= 0; index--) {
    const text = tokens[index]?.kind === 'operator' ? (tokens[index]?.text ?? '') : '';
    if (depth === 0 && text === ',') return true;
    if (text !== '' && ')]}'.includes(text)) depth++;
    if (text === '' || !'([{'.includes(text)) continue;
    // A call's or a definition's bracket follows a name.
    if (depth === 0) return tokens[index - 1]?.kind === 'name' && tokens[index - 1]?.text !== 'return' && tokens[index - 1]?.text !== 'in';
    depth--;
  }
  return false;
}

function withoutAnnotations(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    kept.push(token);
    if (token.kind !== 'name' || token.text !== 'def') continue;
    index = parameters(tokens, index + 1, kept);
  }
  return kept;
}

/** Copies a definition's head from its name on, without annotations. Returns the place of its colon. */
function parameters(tokens: readonly Token[], from: number, kept: Token[]): number {
  let depth = 0;
  let skipping = false;
  let returns = false;
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const { text, kind } = token;
    const operator = kind === 'operator' ? text : '';
    if (depth === 0 && operator === ':') {
      kept.push(token);
      return index;
    }
    returns ||= depth === 0 && operator === '->';
    if (operator !== '' && ')]}'.includes(operator)) {
      depth--;
      if (depth === 0) skipping = false;
    }
    if (depth === 1 && (operator === ',' || operator === '=')) skipping = false;
    const before = tokens[index - 1];
    if (depth === 1 && operator === ':' && before?.kind === 'name' && isParameter(tokens, index - 1)) skipping = true;
    if (!skipping && !returns) kept.push(token);
    if (operator !== '' && '([{'.includes(operator)) depth++;
  }
  return tokens.length;
}

function isParameter(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  return before === '(' || before === ',' || before === '*' || before === '**';
}

function boundBy(tokens: readonly Token[]): string[] {
  const [first, second] = tokens;
  if (first?.text === 'import' || first?.text === 'from') return importsOf(tokens).map(({ as }) => as);
  const header = tokens.findIndex(({ text }, index) => (text === 'def' || text === 'class') && (index === 0 || tokens[index - 1]?.kind === 'line' || tokens[index - 1]?.text === 'async'));
  if ((first?.text === '@' || header === 0 || first?.text === 'async') && header >= 0) return [tokens[header + 1]?.text ?? ''];
  if (first?.kind === 'name' && COMPOUND.has(first.text)) return linesOf(tokens).flatMap(boundBy);
  if (first?.kind === 'name' && (second?.text === '=' || second?.text === ':')) return [first.text];
  return [];
}

const COMPOUND: ReadonlySet<string> = new Set(['if', 'try', 'with', 'for', 'while', ...CONTINUES]);

/** The lines inside a block. */
function linesOf(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const token of tokens.slice(1)) {
    if (token.kind === 'line' || token.kind === 'indent' || token.kind === 'dedent') lines.push([]);
    else lines.at(-1)?.push(token);
  }
  return lines.filter((line) => line.length > 0);
}

/** `import a.b as c` and `from a import b as c`: what is meant, by the name it gets. */
export function importsOf(tokens: readonly Token[]): readonly { readonly module: string; readonly name: string | null; readonly as: string }[] {
  const words = tokens.filter(({ kind, text }) => kind !== 'line' && text !== '(' && text !== ')').map(({ text }) => text);
  const split = words[0] === 'from' ? words.indexOf('import') : 0;
  const from = words[0] === 'from' ? words.slice(1, split).join('') : null;
  const parts = words.slice(split + 1).join(' ').split(',');
  return parts.map((part) => {
    const [dotted = '', alias] = part.split(' as ').map((one) => one.replaceAll(' ', ''));
    return from === null ? { module: dotted, name: null, as: alias ?? dotted.split('.')[0] ?? '' } : { module: from, name: dotted, as: alias ?? dotted };
  });
}

function mentionedBy(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'name' && tokens[index - 1]?.text !== '.') names.add(text);
    if (kind === 'string' && /^[a-z]*f/.test(text)) for (const [name] of text.matchAll(/[\p{XID_Start}_]\p{XID_Continue}*/gu)) names.add(name);
  }
  return names;
}
