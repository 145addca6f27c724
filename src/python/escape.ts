import { PyError } from './errors';

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\', "'": "'", '"': '"', '\n': '', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const HEX_FORM: Readonly<Record<string, string>> = { x: '\\xXX', u: '\\uXXXX', U: '\\UXXXXXXXX' };

/** The inside of a Python string literal with its backslash escapes resolved; unknown ones stay. Throws PyError SyntaxError. */
export function unescapeLiteral(body: string): string {
  if (!body.includes('\\')) return body;
  let result = '';
  let at = 0;
  while (at < body.length) {
    const next = body.indexOf('\\', at);
    if (next < 0) return result + body.slice(at);
    result += body.slice(at, next);
    const [text, end] = escapeAt(body, next);
    result += text;
    at = end;
  }
  return result;
}

/** The text an escape stands for and where it ends. */
function escapeAt(body: string, at: number): readonly [text: string, end: number] {
  const letter = body[at + 1];
  if (letter === undefined) throw new PyError('SyntaxError', '\\ at end of string');
  const simple = SIMPLE[letter];
  if (simple !== undefined) return [simple, at + 2];
  const octal = /^[0-7]{1,3}/.exec(body.slice(at + 1, at + 4));
  if (octal !== null) return [String.fromCharCode(parseInt(octal[0], 8)), at + 1 + octal[0].length];
  const length = HEX_LENGTH[letter];
  if (length !== undefined) {
    const hex = body.slice(at + 2, at + 2 + length);
    const code = parseInt(hex, 16);
    if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length < length) throw new PyError('SyntaxError', `truncated ${HEX_FORM[letter] ?? ''} escape`);
    if (code > 0x10ffff) throw new PyError('SyntaxError', 'illegal Unicode character');
    return [String.fromCodePoint(code), at + 2 + length];
  }
  if (letter === 'N') throw new PyError('SyntaxError', 'character names (\\N{…}) are not supported; use \\u');
  return [`\\${letter}`, at + 2];
}
