import { PyError } from '../python/errors';
import type { CallArguments } from '../python/object';
import type { PyValue } from '../python/value';

/** What the parts of a template find around them. */
export type Environment = {
  readonly filter: (name: string) => Filter | undefined;
  readonly test: (name: string) => Test | undefined;
  /** What does not exist is StrictUndefined, else Jinja2's plain Undefined. */
  readonly strict: boolean;
  /** Lists and dicts cannot be changed, as in Jinja2's ImmutableSandboxedEnvironment. */
  readonly immutable: boolean;
};

export type Filter = (input: PyValue, args: CallArguments, environment: Environment) => PyValue;
export type Test = (input: PyValue, args: CallArguments, environment: Environment) => boolean;

export function requireFilter(environment: Environment, name: string): Filter {
  const filter = environment.filter(name);
  if (filter === undefined) throw new PyError('TemplateRuntimeError', `No filter named '${name}'.`);
  return filter;
}

export function requireTest(environment: Environment, name: string): Test {
  const test = environment.test(name);
  if (test === undefined) throw new PyError('TemplateRuntimeError', `No test named '${name}'.`);
  return test;
}
