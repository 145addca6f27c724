import { ExpressionParser } from './expression-parser';
import { syntaxError, TemplateFailure } from './failure';
import type { Expression, NamedCall, Parameter, Statement, Target } from './syntax';
import { describeToken } from './token';
import type { TokenStream } from './token-stream';

const NEEDS_FILES = ['extends', 'include', 'import', 'from'];
const MAX_DEPTH = 100;

/** What Jinja2 makes a function of: a `break` in it cannot mean a loop around it. */
const FUNCTIONS = ['macro', 'call', 'generation', 'block'];

/** The statements of a whole template. `chatTags`: `break`, `continue` and `generation` are known. Throws TemplateFailure. */
export function parseStatements(stream: TokenStream, chatTags: boolean): Statement[] {
  return new StatementParser(stream, chatTags).body([]);
}

class StatementParser {
  /** End tags looked for, outermost first. */
  private readonly wanted: (readonly string[])[] = [];
  private readonly open: string[] = [];
  /** Loops around the current tag that a `break` can mean. */
  private loops = 0;
  private readonly expressions: ExpressionParser;
  constructor(
    private readonly stream: TokenStream,
    private readonly chatTags: boolean,
  ) {
    this.expressions = new ExpressionParser(stream);
  }

  /** Statements up to one of the end tags, which is left as the current token; to the end of the template for none. */
  body(ends: readonly string[]): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      const token = this.stream.current;
      if (token.type === 'eof') {
        if (ends.length > 0) throw this.unfinished(null, token.at);
        return statements;
      }
      this.stream.advance();
      if (token.type === 'data') {
        statements.push({ kind: 'text', at: token.at, text: token.value });
      } else if (token.type === 'variable_begin') {
        statements.push({ kind: 'print', at: this.stream.current.at, value: this.expressions.tuple() });
        this.stream.expect('variable_end');
      } else {
        if (ends.length > 0 && this.stream.isName(...ends)) return statements;
        statements.push(...this.statement());
        this.stream.expect('block_end');
      }
    }
  }

  private unfinished(name: string | null, at: number): TemplateFailure {
    const wanted = this.wanted.at(-1);
    const known = name !== null && this.wanted.some((ends) => ends.includes(name));
    const looking = wanted?.map((end) => `'${end}'`).join(' or ');
    const parts = [name === null ? 'Unexpected end of template.' : `Encountered unknown tag '${name}'.`];
    if (looking !== undefined) {
      parts.push(known ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.` : `Jinja was looking for the following tags: ${looking}.`);
    }
    const innermost = this.open.at(-1);
    if (innermost !== undefined) parts.push(`The innermost block that needs to be closed is '${innermost}'.`);
    return syntaxError(parts.join(' '), at);
  }

  /** The body of an opened tag, after its `%}`. */
  private block(ends: readonly string[]): Statement[] {
    this.stream.skipIf(':');
    this.stream.expect('block_end');
    this.wanted.push(ends);
    const statements = this.body(ends);
    this.wanted.pop();
    return statements;
  }

  /** As `block`, and past the one end tag. */
  private closed(end: string): Statement[] {
    const statements = this.block([end]);
    this.stream.advance();
    return statements;
  }

  private statement(): Statement[] {
    const { stream } = this;
    const { at, type, value: tag } = stream.current;
    if (type !== 'name') throw syntaxError('tag name expected', at);
    if (NEEDS_FILES.includes(tag)) throw syntaxError(`'${tag}' needs other template files, which a task template does not have`, at);
    const read = this.reader(tag);
    if (read === null) throw this.unfinished(tag, at);
    if (this.open.length >= MAX_DEPTH) throw syntaxError('blocks are nested too deeply', at);
    stream.advance();
    this.open.push(tag);
    const around = this.loops;
    if (FUNCTIONS.includes(tag)) this.loops = 0;
    const statements = read(at);
    this.loops = around;
    this.open.pop();
    return statements;
  }

  private reader(tag: string): ((at: number) => Statement[]) | null {
    switch (tag) {
      case 'for':
        return (at) => [this.forLoop(at)];
      case 'if':
        return (at) => [this.condition(at)];
      case 'set':
        return (at) => [this.assignment(at)];
      case 'with':
        return (at) => [this.withBlock(at)];
      case 'macro':
        return (at) => [this.macro(at)];
      case 'call':
        return (at) => [this.callBlock(at)];
      case 'filter':
        return (at) => [{ kind: 'filterBlock', at, filters: this.filters(true), body: this.closed('endfilter') }];
      case 'print':
        return () => this.prints();
      case 'autoescape':
        return (at) => {
          this.expressions.expression();
          return [{ kind: 'scope', at, body: this.closed('endautoescape') }];
        };
      case 'block':
        return (at) => [this.namedBlock(at)];
      default:
        return this.chatTags ? this.chatReader(tag) : null;
    }
  }

  private chatReader(tag: string): ((at: number) => Statement[]) | null {
    switch (tag) {
      case 'break':
      case 'continue':
        return (at) => [this.jump(at, tag)];
      case 'generation':
        return (at) => {
          if (!this.stream.is('block_end')) throw syntaxError(`expected token 'end of statement block', got '${describeToken(this.stream.current)}'`, at);
          return [{ kind: 'scope', at, body: this.closed('endgeneration') }];
        };
      default:
        return null;
    }
  }

  private jump(at: number, to: 'break' | 'continue'): Statement {
    if (this.loops === 0) throw new TemplateFailure('SyntaxError', to === 'break' ? "'break' outside loop" : "'continue' not properly in loop", at);
    return { kind: 'jump', at, to };
  }

  private forLoop(at: number): Statement {
    const { stream } = this;
    const target = this.target('in');
    stream.expectName('in');
    const iterable = this.expressions.unconditional('recursive');
    const condition = stream.skipIfName('if') ? this.expressions.expression() : null;
    const recursive = stream.skipIfName('recursive');
    this.loops++;
    const body = this.block(['endfor', 'else']);
    this.loops--;
    const otherwise = stream.advance().value === 'else' ? this.closed('endfor') : [];
    return { kind: 'for', at, target, iterable, condition, recursive, body, otherwise };
  }

  private condition(at: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    for (;;) {
      const test = this.expressions.unconditional();
      branches.push({ test, body: this.block(['elif', 'else', 'endif']) });
      const { value } = this.stream.advance();
      if (value === 'elif') continue;
      return { kind: 'if', at, branches, otherwise: value === 'else' ? this.closed('endif') : [] };
    }
  }

  private assignment(at: number): Statement {
    const target = this.target();
    if (this.stream.skipIf('=')) return { kind: 'set', at, target, value: this.expressions.tuple() };
    return { kind: 'setBlock', at, target, filters: this.filters(false), body: this.closed('endset') };
  }

  private filters(firstIsBare: boolean): NamedCall[] {
    const filters: NamedCall[] = firstIsBare ? [this.expressions.filter()] : [];
    while (this.stream.skipIf('|')) filters.push(this.expressions.filter());
    return filters;
  }

  private withBlock(at: number): Statement {
    const { stream } = this;
    const values: { target: Target; value: Expression }[] = [];
    while (!stream.is('block_end')) {
      if (values.length > 0) stream.expect(',');
      const target = this.target();
      stream.expect('=');
      values.push({ target, value: this.expressions.expression() });
    }
    return { kind: 'with', at, values, body: this.closed('endwith') };
  }

  private macro(at: number): Statement {
    const name = this.stream.expect('name').value;
    return { kind: 'macro', at, name, parameters: this.parameters(), body: this.closed('endmacro') };
  }

  private callBlock(at: number): Statement {
    const parameters = this.stream.is('(') ? this.parameters() : [];
    const call = this.expressions.expression();
    if (call.kind !== 'call') throw syntaxError('expected call', at);
    return { kind: 'callBlock', at, call, parameters, body: this.closed('endcall') };
  }

  private parameters(): Parameter[] {
    const { stream } = this;
    const parameters: Parameter[] = [];
    stream.expect('(');
    while (!stream.is(')')) {
      if (parameters.length > 0) stream.expect(',');
      const { value: name, at } = stream.expect('name');
      const otherwise = stream.skipIf('=') ? this.expressions.expression() : null;
      if (otherwise === null && parameters.some((earlier) => earlier.otherwise !== null)) throw syntaxError('non-default argument follows default argument', at);
      parameters.push({ name, otherwise });
    }
    stream.expect(')');
    return parameters;
  }

  private prints(): Statement[] {
    const statements: Statement[] = [];
    while (!this.stream.is('block_end')) {
      if (statements.length > 0) this.stream.expect(',');
      statements.push({ kind: 'print', at: this.stream.current.at, value: this.expressions.expression() });
    }
    return statements;
  }

  private namedBlock(at: number): Statement {
    const { value: name } = this.stream.expect('name');
    this.stream.skipIfName('scoped');
    const body = this.closed('endblock');
    this.stream.skipIfName(name);
    return { kind: 'scope', at, body };
  }

  /** What `set`, `for` and `with` assign to; commas make a tuple. `end`: the word that follows. */
  private target(end?: string): Target {
    const { stream } = this;
    const items: Target[] = [];
    let commas = false;
    while (!(end !== undefined && stream.isName(end)) && !stream.is('=') && !stream.is('block_end')) {
      items.push(this.targetItem());
      if (!stream.skipIf(',')) break;
      commas = true;
    }
    const [only] = items;
    if (only === undefined) return assignable(this.expressions.primary(), stream.current.at);
    return commas ? { kind: 'tuple', items } : only;
  }

  private targetItem(): Target {
    const { stream } = this;
    const { at } = stream.current;
    if (stream.is('name') && stream.next.type === '.') {
      const object = stream.advance().value;
      stream.advance();
      return { kind: 'namespace', object, name: stream.expect('name').value };
    }
    return assignable(this.expressions.primary(), at);
  }
}

function assignable(expression: Expression, at: number): Target {
  if (expression.kind === 'name') return { kind: 'name', name: expression.name };
  if (expression.kind === 'tuple') return { kind: 'tuple', items: expression.items.map((item) => assignable(item, at)) };
  throw syntaxError(`can't assign to '${expression.kind === 'constant' ? 'const' : expression.kind}'`, at);
}
