import type { ChoiceSource, FieldSource } from '../config/definition';
import { PythonHook } from '../config/python-hook';
import { AssayError } from '../protocol/errors';
import { withEffort } from '../python/effort';
import { PyError } from '../python/errors';
import { literalEval } from '../python/literal';
import { repr, str, typeName } from '../python/print';
import { isDigit } from '../python/unicode';
import { PyTuple, type Doc, type PyValue } from '../python/value';
import { compileTemplate, type Template } from '../jinja/template';
import { hookFor } from './hooks/uses';

export type FieldKey = 'process_docs' | 'doc_to_text' | 'doc_to_target' | 'doc_to_choice' | 'description' | 'gen_prefix';

/** A field that could not be worked out, with the key it came from. */
export class FieldFailure extends Error {
  constructor(
    readonly key: FieldKey,
    readonly reason: AssayError | PyError,
  ) {
    super(`${key}: ${reason instanceof AssayError ? String(reason.args['detail'] ?? reason.message) : reason.message}`);
  }
}

/**
 * What a task file's fields mean for a document (lm-evaluation-harness 0.4.13, field resolution):
 * a column name gives the raw value, anything else is a template. Templates are compiled once.
 */
export class Fields {
  private readonly templates = new Map<string, Template>();
  /** The last printed list of choices: most templates print the same one for every document. */
  private printed: { readonly text: string; readonly choices: readonly string[] } | null = null;

  constructor(
    /** Columns of the evaluated split: they alone count as column names, for examples too. */
    private readonly columns: ReadonlySet<string>,
    /** The task has `doc_to_choice`: text of digits is an index then. */
    private readonly hasChoices: boolean,
  ) {}

  /** `doc_to_text`: text, or an index where the choices are contexts. Throws FieldFailure. */
  text(doc: Doc, source: FieldSource): PyValue {
    return this.guard('doc_to_text', () => {
      if (source instanceof PythonHook) return hookFor(source, 'field').value(doc);
      if (typeof source === 'number') return BigInt(source);
      if (source === null) throw new PyError('TypeError', 'missing');
      if (this.columns.has(source)) return column(doc, source);
      const text = this.render(source, doc);
      return isDigit(text) && this.hasChoices ? literalEval(text) : text;
    });
  }

  /** `doc_to_target`: text, an index, or a list. Throws FieldFailure. */
  target(doc: Doc, source: FieldSource | readonly PyValue[]): PyValue {
    return this.guard('doc_to_target', () => {
      if (source instanceof PythonHook) return hookFor(source, 'field').value(doc);
      if (typeof source === 'number') return BigInt(source);
      if (source === null) throw new PyError('TypeError', 'missing');
      if (typeof source !== 'string') return [...source];
      if (this.columns.has(source)) return column(doc, source);
      const text = this.render(source, doc);
      if (isDigit(text) && this.hasChoices) return literalEval(text);
      return text.length >= 2 && text.startsWith('[') && text.endsWith(']') ? listOrText(text) : text;
    });
  }

  /** `doc_to_choice`. Throws FieldFailure. */
  choices(doc: Doc, source: NonNullable<ChoiceSource>): readonly string[] {
    return this.guard('doc_to_choice', () => {
      if (source instanceof PythonHook) return choiceTexts(hookFor(source, 'field').value(doc));
      if (typeof source !== 'string') return choiceTexts([...source]);
      return this.columns.has(source) ? choiceTexts(column(doc, source)) : this.printedChoices(this.render(source, doc));
    });
  }

  private printedChoices(text: string): readonly string[] {
    if (this.printed?.text !== text) this.printed = { text, choices: choiceTexts(printedList(text)) };
    return this.printed.choices;
  }

  /** `description`, `gen_prefix`: a column or a template; '' where there is none. Throws FieldFailure. */
  optional(key: 'description' | 'gen_prefix', doc: Doc, source: string | null): string {
    if (source === null || source === '') return '';
    return this.guard(key, () => {
      const own = doc.get(source);
      if (own !== undefined) return own === null ? '' : str(own);
      return this.render(source, doc);
    });
  }

  private render(source: string, doc: Doc): string {
    let template = this.templates.get(source);
    if (template === undefined) {
      template = compileTemplate(source);
      this.templates.set(source, template);
    }
    return template.render(doc);
  }

  private guard<T>(key: FieldKey, body: () => T): T {
    try {
      return withEffort(body);
    } catch (error) {
      if (error instanceof PyError || error instanceof AssayError) throw new FieldFailure(key, error);
      throw error;
    }
  }
}

function column(doc: Doc, name: string): PyValue {
  const value = doc.get(name);
  if (value === undefined) throw new PyError('KeyError', `no column ${repr(name)} in this row`);
  return value;
}

/** The usual way a choice came to be True or False. */
const UNQUOTED = '; in a task file yes, no, true, false, on and off need quotes to be text';

function choiceTexts(value: PyValue): readonly string[] {
  const items = value instanceof PyTuple ? value.items : value;
  if (!Array.isArray(items)) throw new PyError('TypeError', `the choices must be a list, not ${typeName(value)}`);
  return items.map((choice: PyValue, index) => {
    if (typeof choice !== 'string') throw new PyError('TypeError', `choice ${index} must be text, not ${repr(choice)} (${typeName(choice)})${typeof choice === 'boolean' ? UNQUOTED : ''}`);
    return choice;
  });
}

function printedList(text: string): PyValue {
  try {
    return literalEval(text);
  } catch (error) {
    if (error instanceof PyError) throw new PyError(error.type, `the template must print a Python list, not ${repr(text.slice(0, 80))}`);
    throw error;
  }
}

function listOrText(text: string): PyValue {
  try {
    return literalEval(text);
  } catch (error) {
    if (error instanceof PyError && (error.type === 'SyntaxError' || error.type === 'ValueError')) return text;
    throw error;
  }
}
