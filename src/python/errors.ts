/** Exceptions that Python code would raise, by class name; callers turn them into problems at a place. */
export type PyErrorType =
  | 'TypeError'
  | 'ValueError'
  | 'KeyError'
  | 'IndexError'
  | 'AttributeError'
  | 'AssertionError'
  | 'ZeroDivisionError'
  | 'OverflowError'
  | 'MemoryError'
  | 'RecursionError'
  | 'SyntaxError'
  | 'NotImplementedError'
  | 'RuntimeError'
  /** `re.error` */
  | 'error'
  | 'UndefinedError'
  | 'SecurityError'
  | 'TemplateError'
  | 'FilterArgumentError'
  | 'TemplateSyntaxError'
  | 'TemplateAssertionError'
  | 'TemplateRuntimeError';

export class PyError extends Error {
  override readonly name: string = 'PyError';
  constructor(
    readonly type: PyErrorType,
    message: string,
  ) {
    super(message);
  }
}
