import type { Arguments, Expression, NamedCall, Statement, Target } from './syntax';

/** Where a variable of a template is used: its name, the offset, and whether the template itself asks if it is defined. */
type Use = { readonly name: string; readonly at: number; readonly guarded: boolean };

/** Names that are read before the template sets them and that must exist, with the offset of their first use. */
export function requiredNames(statements: readonly Statement[]): ReadonlyMap<string, number> {
  const walk = new Walk();
  walk.statements(statements, new Known());
  const guarded = new Set(walk.uses.filter((use) => use.guarded).map((use) => use.name));
  const required = new Map<string, number>();
  for (const { name, at } of walk.uses) if (!guarded.has(name) && !required.has(name)) required.set(name, at);
  return required;
}

/** Every name read, wherever it comes from. */
export function namesUsed(statements: readonly Statement[]): ReadonlySet<string> {
  const walk = new Walk();
  walk.statements(statements, new Known());
  return new Set(walk.uses.map((use) => use.name));
}

/** Names that are set where an expression stands: here, or around it. */
class Known {
  constructor(
    private readonly outer: Known | null = null,
    private readonly own: Set<string> = new Set(),
  ) {}

  has(name: string): boolean {
    return this.own.has(name) || (this.outer?.has(name) ?? false);
  }

  add(name: string): void {
    this.own.add(name);
  }

  inside(names: readonly string[]): Known {
    return new Known(this, new Set(names));
  }
}

class Walk {
  readonly uses: Use[] = [];

  /** `known` grows by what the statements set. */
  statements(nodes: readonly Statement[], known: Known): void {
    for (const node of nodes) this.statement(node, known);
  }

  private inner(nodes: readonly Statement[], known: Known, ...more: readonly string[]): void {
    this.statements(nodes, known.inside(more));
  }

  private statement(node: Statement, known: Known): void {
    switch (node.kind) {
      case 'text':
      case 'jump':
        return;
      case 'print':
        return this.expression(node.value, known);
      case 'if':
        for (const { test, body } of node.branches) {
          this.expression(test, known);
          this.statements(body, known);
        }
        return this.statements(node.otherwise, known);
      case 'for': {
        this.expression(node.iterable, known);
        const names = targetNames(node.target);
        if (node.condition !== null) this.expression(node.condition, known.inside(names));
        this.inner(node.body, known, 'loop', ...names);
        return this.inner(node.otherwise, known);
      }
      case 'set':
        this.expression(node.value, known);
        return this.target(node.target, known);
      case 'setBlock':
        this.filters(node.filters, known);
        this.inner(node.body, known);
        return this.target(node.target, known);
      case 'filterBlock':
        this.filters(node.filters, known);
        return this.inner(node.body, known);
      case 'scope':
        return this.inner(node.body, known);
      case 'with':
        for (const { value } of node.values) this.expression(value, known);
        return this.inner(node.body, known, ...node.values.flatMap(({ target }) => targetNames(target)));
      case 'macro':
        known.add(node.name);
        for (const { otherwise } of node.parameters) if (otherwise !== null) this.expression(otherwise, known);
        return this.inner(node.body, known, 'varargs', 'kwargs', 'caller', ...node.parameters.map(({ name }) => name));
      case 'callBlock':
        this.expression(node.call, known);
        return this.inner(node.body, known, ...node.parameters.map(({ name }) => name));
    }
  }

  private target(target: Target, known: Known): void {
    for (const name of targetNames(target)) known.add(name);
  }

  private filters(calls: readonly NamedCall[], known: Known): void {
    for (const call of calls) this.args(call.args, known);
  }

  private args(args: Arguments, known: Known): void {
    for (const value of args.positional) this.expression(value, known);
    for (const [, value] of args.named) this.expression(value, known);
    if (args.spread !== null) this.expression(args.spread, known);
    if (args.spreadNamed !== null) this.expression(args.spreadNamed, known);
  }

  private expression(node: Expression, known: Known, guarded = false): void {
    switch (node.kind) {
      case 'constant':
        return;
      case 'name':
        if (!known.has(node.name)) this.uses.push({ name: node.name, at: node.at, guarded });
        return;
      case 'list':
      case 'tuple':
      case 'concat':
        return node.items.forEach((item) => this.expression(item, known));
      case 'dict':
        return node.pairs.forEach((pair) => pair.forEach((item) => this.expression(item, known)));
      case 'arithmetic':
      case 'and':
      case 'or':
        this.expression(node.left, known);
        return this.expression(node.right, known);
      case 'sign':
      case 'not':
        return this.expression(node.operand, known);
      case 'compare':
        this.expression(node.first, known);
        return node.rest.forEach(({ operand }) => this.expression(operand, known));
      case 'condition':
        this.expression(node.test, known);
        this.expression(node.then, known);
        return node.otherwise === null ? undefined : this.expression(node.otherwise, known);
      case 'attribute':
        return this.expression(node.object, known);
      case 'item':
        this.expression(node.object, known);
        return this.expression(node.key, known);
      case 'slice':
        return [node.start, node.stop, node.step].forEach((part) => (part === null ? undefined : this.expression(part, known)));
      case 'call':
        this.expression(node.callee, known);
        return this.args(node.args, known);
      case 'filter':
        this.expression(node.input, known, ['default', 'd'].includes(node.filter.name));
        return this.args(node.filter.args, known);
      case 'test':
        this.expression(node.input, known, ['defined', 'undefined'].includes(node.test.name));
        return this.args(node.test.args, known);
    }
  }
}

function targetNames(target: Target): string[] {
  if (target.kind === 'name') return [target.name];
  return target.kind === 'tuple' ? target.items.flatMap(targetNames) : [];
}
