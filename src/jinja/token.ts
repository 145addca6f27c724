/** Tokens of the template language, named as Jinja2 names them in its messages. */
export type TokenType =
  | 'data' | 'variable_begin' | 'variable_end' | 'block_begin' | 'block_end' | 'name' | 'string' | 'integer' | 'float' | 'eof'
  | '+' | '-' | '/' | '//' | '*' | '%' | '**' | '~' | '[' | ']' | '(' | ')' | '{' | '}' | '==' | '!=' | '>' | '>=' | '<' | '<=' | '=' | '.' | ':' | '|' | ',' | ';';

export type Token = {
  readonly type: TokenType;
  /** Text of data, names and strings (unescaped); digits of numbers; the operator. */
  readonly value: string;
  /** Offset in the source, UTF-16 units. */
  readonly at: number;
};

/** Longest first. */
export const OPERATORS: readonly TokenType[] = [
  '//', '**', '==', '!=', '>=', '<=', '+', '-', '/', '*', '%', '~', '[', ']', '(', ')', '{', '}', '>', '<', '=', '.', ':', '|', ',', ';',
];

const DESCRIPTIONS: Partial<Record<TokenType, string>> = {
  data: 'template data / text',
  variable_begin: 'begin of print statement',
  variable_end: 'end of print statement',
  block_begin: 'begin of statement block',
  block_end: 'end of statement block',
  eof: 'end of template',
};

export const describeType = (type: TokenType): string => DESCRIPTIONS[type] ?? type;
export const describeToken = (token: Token): string => (token.type === 'name' ? token.value : describeType(token.type));
