import { withEffort } from '../python/effort';
import { PyError } from '../python/errors';
import type { Doc } from '../python/value';
import { AssayError } from '../protocol/errors';
import { makeDialect, type Dialect } from './dialect';
import { StatementCompiler, type Execute } from './execute';
import { TemplateFailure } from './failure';
import { normaliseNewlines, tokenize } from './lexer';
import { Places, type TemplatePosition } from './places';
import { Output, Scope } from './scope';
import { parseStatements } from './statement-parser';
import { regexReplace } from './text-filters';
import { TokenStream } from './token-stream';
import { requiredNames } from './variables';

export type { TemplatePosition };

/** Jinja2 as the harness sets it up for task templates: strict undefined, no block trimming, last line end kept, a filter of its own. */
const TASK_TEMPLATES = makeDialect({ chat: false, filters: [['regex_replace', regexReplace]], globals: [] });

/** A compiled template. */
export class Template {
  constructor(
    readonly source: string,
    private readonly dialect: Dialect,
    private readonly execute: Execute,
    /** Names a document must have, with the place of their first use. */
    readonly required: ReadonlyMap<string, TemplatePosition>,
  ) {}

  /** The text for a document. Throws AssayError `template-error` with `args.kind` = Python's exception and the place in the template. */
  render(doc: Doc): string {
    return reported(this.source, () =>
      withEffort(() => {
        const output = new Output();
        this.execute(new Scope(this.dialect.globals, doc), output);
        return output.text();
      }),
    );
  }
}

/** Compiles a template. Throws AssayError `template-error` with `args.kind` and the place (line, column) in the template. */
export function compileTemplate(source: string, dialect: Dialect = TASK_TEMPLATES): Template {
  const text = normaliseNewlines(source);
  return reported(text, () => {
    const tokens = tokenize(dialect.chat ? text.replace(/\n$/, '') : text, dialect.chat);
    const statements = parseStatements(new TokenStream(tokens), dialect.chat);
    const execute = new StatementCompiler(dialect.environment).statements(statements);
    const place = new Places(text);
    const required = [...requiredNames(statements)].filter(([name]) => dialect.globals.get(name) === undefined).map(([name, at]) => [name, place.of(at)] as const);
    return new Template(text, dialect, execute, new Map(required));
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
