import type { ArithmeticOperator } from '../python/arithmetic';
import type { PyValue } from '../python/value';

/** The syntax tree. `at` is an offset in the source. */
export type Expression = { readonly at: number } & (
  | { readonly kind: 'constant'; readonly value: PyValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple' | 'concat'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly pairs: readonly (readonly [key: Expression, value: Expression])[] }
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
  | { readonly kind: 'condition'; readonly test: Expression; readonly then: Expression; readonly otherwise: Expression | null }
  | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly object: Expression; readonly key: Expression }
  | { readonly kind: 'slice'; readonly start: Expression | null; readonly stop: Expression | null; readonly step: Expression | null }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: Arguments }
  | { readonly kind: 'filter'; readonly input: Expression; readonly filter: NamedCall }
  | { readonly kind: 'test'; readonly input: Expression; readonly test: NamedCall }
);

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export type Comparison = { readonly operator: ComparisonOperator; readonly operand: Expression };

export type Arguments = {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [name: string, value: Expression])[];
  /** `*expression` */
  readonly spread: Expression | null;
  /** `**expression` */
  readonly spreadNamed: Expression | null;
};

/** A filter or a test with its arguments. */
export type NamedCall = { readonly name: string; readonly args: Arguments; readonly at: number };

/** What may stand left of `=` or after `for`. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'tuple'; readonly items: readonly Target[] }
  | { readonly kind: 'namespace'; readonly object: string; readonly name: string };

export type Parameter = { readonly name: string; readonly otherwise: Expression | null };

export type Statement = { readonly at: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expression }
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly iterable: Expression;
      readonly condition: Expression | null;
      readonly recursive: boolean;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'if'; readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[]; readonly otherwise: readonly Statement[] }
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | { readonly kind: 'setBlock'; readonly target: Target; readonly filters: readonly NamedCall[]; readonly body: readonly Statement[] }
  | { readonly kind: 'macro'; readonly name: string; readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] }
  | { readonly kind: 'callBlock'; readonly call: Expression & { kind: 'call' }; readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] }
  | { readonly kind: 'filterBlock'; readonly filters: readonly NamedCall[]; readonly body: readonly Statement[] }
  | { readonly kind: 'with'; readonly values: readonly { readonly target: Target; readonly value: Expression }[]; readonly body: readonly Statement[] }
  /** `break` and `continue` of a loop. */
  | { readonly kind: 'jump'; readonly to: 'break' | 'continue' }
  /** A `block`, `autoescape` or `generation`: its own scope, nothing else without inheritance. */
  | { readonly kind: 'scope'; readonly body: readonly Statement[] }
);
