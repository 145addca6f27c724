/** Chat templates: Jinja2 as transformers 5.18 sets it up for `apply_chat_template`. */
import { BoundArguments } from '../python/arguments';
import { PyError } from '../python/errors';
import { dumps } from '../python/json';
import { requireIndex } from '../python/number';
import { PyFunction, type CallArguments } from '../python/object';
import { str } from '../python/print';
import { strftime, type LocalTime } from '../python/strftime';
import { collect } from '../python/effort';
import { iterate, truth } from '../python/compare';
import type { PyValue } from '../python/value';
import { makeDialect, type Dialect } from './dialect';
import { compileTemplate, type Template } from './template';

/** Exceptions that are Jinja2's TemplateError, by class name. */
const TEMPLATE_ERRORS: ReadonlySet<unknown> = new Set([
  'TemplateError', 'TemplateSyntaxError', 'TemplateAssertionError', 'TemplateRuntimeError', 'UndefinedError', 'SecurityError', 'FilterArgumentError',
]);
export const isTemplateError = (kind: unknown): boolean => TEMPLATE_ERRORS.has(kind);

/** Compiles a chat template; `now` is what `strftime_now` prints. Throws AssayError `template-error`, as rendering does. */
export function compileChatTemplate(source: string, now: () => LocalTime): Template {
  return compileTemplate(source, chatDialect(now));
}

function chatDialect(now: () => LocalTime): Dialect {
  return makeDialect({
    chat: true,
    filters: [['tojson', tojson]],
    globals: [
      ['raise_exception', new PyFunction('raise_exception', raiseException)],
      ['strftime_now', new PyFunction('strftime_now', (args) => strftime(now(), new BoundArguments('strftime_now', args, ['format'], 1).text('format')))],
    ],
  });
}

function raiseException(args: CallArguments): never {
  throw new PyError('TemplateError', str(new BoundArguments('raise_exception', args, ['message'], 1).value('message') ?? null));
}

/** Not Jinja2's: nothing is escaped for HTML, keys keep their order. */
function tojson(input: PyValue, args: CallArguments): string {
  const bound = new BoundArguments('tojson', args, ['ensure_ascii', 'indent', 'separators', 'sort_keys']);
  const indent = bound.or('indent', null);
  return dumps(input, {
    ensureAscii: truth(bound.or('ensure_ascii', false)),
    indent: indent === null || typeof indent === 'string' ? indent : Number(requireIndex(indent)),
    separators: separators(bound.or('separators', null)),
    knownOnly: true,
    sortKeys: truth(bound.or('sort_keys', false)),
  });
}

function separators(value: PyValue): readonly [string, string] | null {
  if (value === null) return null;
  const [item, key, ...more] = collect(iterate(value));
  if (typeof item !== 'string' || typeof key !== 'string' || more.length > 0) throw new PyError('ValueError', 'separators must be two texts');
  return [item, key];
}
