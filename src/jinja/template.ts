import { withEffort } from '../python/effort';
import { PyError } from '../python/errors';
import type { Doc } from '../python/value';
import { AssayError } from '../protocol/errors';
import type { Environment, Filter, Test } from './environment';
import { StatementCompiler, type Execute } from './execute';
import { TemplateFailure } from './failure';
import { GLOBALS } from './globals';
import { normaliseNewlines, tokenize } from './lexer';
import { NUMBER_FILTERS } from './number-filters';
import { Places, type TemplatePosition } from './places';
import { Output, Scope } from './scope';
import { SELECT_FILTERS } from './select-filters';
import { SEQUENCE_FILTERS } from './sequence-filters';
import { parseStatements } from './statement-parser';
import { TESTS } from './tests';
import { TEXT_FILTERS } from './text-filters';
import { TokenStream } from './token-stream';
import { requiredNames } from './variables';

const FILTERS: ReadonlyMap<string, Filter> = new Map([...TEXT_FILTERS, ...NUMBER_FILTERS, ...SEQUENCE_FILTERS, ...SELECT_FILTERS]);
const NAMED_TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ...TESTS,
  ['filter', (value) => typeof value === 'string' && FILTERS.has(value)],
  ['test', (value) => typeof value === 'string' && NAMED_TESTS.has(value)],
]);
const ENVIRONMENT: Environment = { filter: (name) => FILTERS.get(name), test: (name) => NAMED_TESTS.get(name) };

const GLOBAL_SCOPE = new Scope(null, new Map(GLOBALS));

export type { TemplatePosition };

/** A compiled template: Jinja2 as the harness sets it up (strict undefined, no block trimming, last line end kept). */
export class Template {
  constructor(
    readonly source: string,
    private readonly execute: Execute,
    /** Names a document must have, with the place of their first use. */
    readonly required: ReadonlyMap<string, TemplatePosition>,
  ) {}

  /** The text for a document. Throws AssayError `template-error` with `args.kind` = Python's exception and the place in the template. */
  render(doc: Doc): string {
    return reported(this.source, () =>
      withEffort(() => {
        const output = new Output();
        this.execute(new Scope(GLOBAL_SCOPE, doc), output);
        return output.text();
      }),
    );
  }
}

/** Compiles a template. Throws AssayError `template-error` with `args.kind` and the place (line, column) in the template. */
export function compileTemplate(source: string): Template {
  const text = normaliseNewlines(source);
  return reported(text, () => {
    const statements = parseStatements(new TokenStream(tokenize(text)));
    const execute = new StatementCompiler(ENVIRONMENT).statements(statements);
    const known = new Set(GLOBALS.map(([name]) => name));
    const place = new Places(text);
    const required = [...requiredNames(statements)].filter(([name]) => !known.has(name)).map(([name, at]) => [name, place.of(at)] as const);
    return new Template(text, execute, new Map(required));
  });
}

/** Top-level names the template needs a document to have: not those it sets itself, nor those it asks about (`is defined`, `default`). */
export function variablesOf(template: Template): ReadonlyMap<string, TemplatePosition> {
  return template.required;
}


function reported<T>(source: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const failure = error instanceof RangeError ? ranOut(error) : error;
    if (!(failure instanceof PyError)) throw failure;
    const place = failure instanceof TemplateFailure ? new Places(source).of(failure.at) : {};
    throw new AssayError('template-error', { detail: failure.message, kind: failure.type }, place, { cause: failure });
  }
}

/** The JavaScript stack ends where Python's recursion limit would have; what else is out of range is too large. */
function ranOut(error: RangeError): PyError {
  return /stack/.test(error.message) ? new PyError('RecursionError', 'maximum recursion depth exceeded') : new PyError('MemoryError', 'a value is too large');
}
