import type { TaskDefinition } from '../config/definition';
import { hint } from '../config/suggest';
import { AssayError } from '../protocol/errors';
import type { PyValue } from '../python/value';
import { compileTemplate, variablesOf, type Template, type TemplatePosition } from '../jinja/template';
import type { TaskSink } from './task-sink';

const FIELDS = ['doc_to_text', 'doc_to_target', 'doc_to_choice', 'description', 'gen_prefix'] as const;
const BARE_WORD = /^[A-Za-z_]\w*$/;

type Field = { readonly key: string; readonly inner: readonly string[]; readonly name: (typeof FIELDS)[number]; readonly value: PyValue };

/** Templates that do not compile, and names that are no column. `columns` null: the data cannot be looked at. */
export function checkFields(definition: TaskDefinition, columns: readonly string[] | null, sink: TaskSink): void {
  for (const field of fieldsOf(definition)) {
    if (typeof field.value !== 'string' || columns?.includes(field.value) === true) continue;
    const template = compiled(field, field.value, sink);
    if (template === null || columns === null) continue;
    if (BARE_WORD.test(field.value)) checkBareWord(field, field.value, definition, columns, sink);
    for (const [name, position] of variablesOf(template)) {
      if (columns.includes(name)) continue;
      sink.inside(field.key, field.inner, indexOf(field.value, position), name.length, 'unknown-column', { column: name, hint: columnHint(name, columns) });
    }
  }
}

/** The task's own fields, and those its examples have of their own. */
function fieldsOf({ raw }: TaskDefinition): Field[] {
  const fewshot = raw.get('fewshot_config');
  const own = FIELDS.map((name): Field => ({ key: name, inner: [], name, value: raw.get(name) ?? null }));
  if (!(fewshot instanceof Map)) return own;
  return [...own, ...FIELDS.map((name): Field => ({ key: 'fewshot_config', inner: [name], name, value: fewshot.get(name) ?? null }))];
}

function compiled(field: Field, text: string, sink: TaskSink): Template | null {
  try {
    return compileTemplate(text);
  } catch (error) {
    const { args, place } = AssayError.from(error);
    const index = place.line === undefined || place.column === undefined ? 0 : indexOf(text, { line: place.line, column: place.column });
    const word = /^(?:\w+|.)/u.exec(text.slice(index))?.[0] ?? '';
    sink.inside(field.key, field.inner, index, word.length, 'template-error', { detail: String(args['detail'] ?? '') });
    return null;
  }
}

/** A lone word reads like a column; as a template it would print itself. */
function checkBareWord(field: Field, word: string, definition: TaskDefinition, columns: readonly string[], sink: TaskSink): void {
  if (field.name === 'description' || field.name === 'gen_prefix') return;
  const choices = Array.isArray(definition.doc_to_choice) ? definition.doc_to_choice : null;
  const isAnswer = field.name === 'doc_to_target' && choices?.includes(word) === true;
  if (isAnswer) return;
  // Choices must be a list, and a target must be among the choices: only then can a word be nothing but a mistake.
  const certain = field.name === 'doc_to_choice' || (field.name === 'doc_to_target' && choices !== null);
  sink.at(field.key, field.inner, 'unknown-column', { column: word, hint: columnHint(word, columns) }, certain ? 'error' : 'warning');
}

function columnHint(name: string, columns: readonly string[]): string {
  const near = hint(name, columns);
  return near === '' ? ` It has: ${columns.slice(0, 20).join(', ')}.` : near;
}

function indexOf(text: string, { line, column }: TemplatePosition): number {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}
