import { syntaxError, type TemplateFailure } from './failure';
import { describeToken, describeType, type Token, type TokenType } from './token';

/** The tokens with one of look-ahead. */
export class TokenStream {
  private index = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token {
    return this.peek(0);
  }

  private peek(ahead: number): Token {
    const token = this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)];
    return token ?? { type: 'eof', value: '', at: 0 };
  }

  get next(): Token {
    return this.peek(1);
  }

  advance(): Token {
    const token = this.current;
    this.index++;
    return token;
  }

  is(type: TokenType): boolean {
    return this.current.type === type;
  }

  isName(...names: readonly string[]): boolean {
    return this.current.type === 'name' && names.includes(this.current.value);
  }

  skipIf(type: TokenType): boolean {
    if (!this.is(type)) return false;
    this.index++;
    return true;
  }

  skipIfName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.index++;
    return true;
  }

  expect(type: TokenType): Token {
    if (!this.is(type)) throw this.unexpected(describeType(type));
    return this.advance();
  }

  expectName(name: string): Token {
    if (!this.isName(name)) throw this.unexpected(name);
    return this.advance();
  }

  private unexpected(wanted: string): TemplateFailure {
    const { current } = this;
    if (current.type === 'eof') return syntaxError(`unexpected end of template, expected '${wanted}'.`, current.at);
    return syntaxError(`expected token '${wanted}', got '${describeToken(current)}'`, current.at);
  }
}
