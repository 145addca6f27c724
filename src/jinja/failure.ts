import { PyError, type PyErrorType } from '../python/errors';

/** What Python's Jinja2 would raise, with the place in the template's source. */
export class TemplateFailure extends PyError {
  override readonly name = 'TemplateFailure';
  constructor(
    type: PyErrorType,
    message: string,
    readonly at: number,
  ) {
    super(type, message);
  }
}

export const syntaxError = (message: string, at: number): TemplateFailure => new TemplateFailure('TemplateSyntaxError', message, at);

/** Runs `body`; an exception that has no place yet gets this one. */
export function placed<T>(at: number, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw placeOn(error, at);
  }
}

/** An error with the place `at`, unless it already has one. */
export function placeOn(error: unknown, at: number): unknown {
  if (error instanceof TemplateFailure || !(error instanceof PyError)) return error;
  return new TemplateFailure(error.type, error.message, at);
}
