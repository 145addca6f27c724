import type { TaskDefinition } from '../config/definition';
import { PyError } from '../python/errors';
import { repr } from '../python/print';
import { getItem } from '../python/subscript';
import type { Doc, PyValue } from '../python/value';
import type { Fields } from './fields';
import type { TaskContext } from './prepared';
import { chatMessages, inOneTurn, joinTexts, messagesOf, plainText, type Message } from './turn';

export type Prompt = {
  /** One context; with multiple inputs, one for each choice. */
  readonly contexts: readonly string[];
  /** The document's own part of the first context. */
  readonly ownText: string;
};

/** Contexts of documents: system text and description, examples, the document's question (lm-evaluation-harness 0.4.13, turn model). */
export class PromptBuilder {
  constructor(
    private readonly definition: TaskDefinition,
    private readonly context: TaskContext,
    private readonly fields: Fields,
    /** The choices are alternative contexts, `doc_to_text` says which is right. */
    private readonly multipleInput: boolean,
  ) {}

  /** Throws FieldFailure and PyError. */
  prompt(doc: Doc, examples: readonly Doc[]): Prompt {
    const { definition, fields } = this;
    const before = [...this.system(doc), ...examples.flatMap((example) => this.example(example))];
    const prefix = fields.optional('gen_prefix', doc, definition.gen_prefix);
    const questions = this.multipleInput ? this.alternatives(doc) : [fields.text(doc, definition.doc_to_text)];
    const targetDelimiter = this.multipleInput ? '' : definition.target_delimiter;
    const own = questions.map((question) => messagesOf({ question, choices: null, answer: null, prefix, targetDelimiter, shotDelimiter: '' }));
    return { contexts: own.map((last) => this.text([...before, ...last], prefix !== '')), ownText: plainText(own[0] ?? []) };
  }

  private text(messages: readonly Message[], continueFinal: boolean): string {
    if (this.context.chat === null) return plainText(messages);
    const singly = this.definition.raw.get('fewshot_as_multiturn') === false;
    return this.context.chat(singly ? inOneTurn(messages) : chatMessages(messages), continueFinal);
  }

  private system(doc: Doc): Message[] {
    const description = this.fields.optional('description', doc, this.definition.description);
    const content = joinTexts(this.context.systemInstruction ?? '', description, this.definition.fewshot_delimiter);
    return content === '' ? [] : [{ role: 'system', content, delimiter: '' }];
  }

  private alternatives(doc: Doc): readonly string[] {
    const { doc_to_choice } = this.definition;
    return doc_to_choice === null ? [] : this.fields.choices(doc, doc_to_choice);
  }

  private example(doc: Doc): Message[] {
    const { definition, fields } = this;
    const { fewshot } = definition;
    const source = fewshot.doc_to_choice ?? definition.doc_to_choice;
    const choices = source === null ? null : fields.choices(doc, source);
    const question = fields.text(doc, fewshot.doc_to_text ?? definition.doc_to_text);
    return messagesOf({
      question: this.multipleInput ? chosen(choices, question) : question,
      choices: this.multipleInput ? null : choices,
      answer: fields.target(doc, fewshot.doc_to_target ?? definition.doc_to_target),
      prefix: fields.optional('gen_prefix', doc, fewshot.gen_prefix ?? definition.gen_prefix),
      targetDelimiter: fewshot.target_delimiter ?? definition.target_delimiter,
      shotDelimiter: fewshot.fewshot_delimiter ?? definition.fewshot_delimiter,
    });
  }
}

function chosen(choices: readonly string[] | null, index: PyValue): PyValue {
  if (choices === null || typeof index !== 'bigint') throw new PyError('TypeError', `doc_to_text of an example must be the index of a choice, not ${repr(index)}`);
  return getItem([...choices], index);
}
