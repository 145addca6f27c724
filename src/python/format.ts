import { fitText, spend } from './effort';
import { PyError } from './errors';
import { formatValue } from './format-spec';
import { PyObject, type CallArguments } from './object';
import { repr, str, typeName } from './print';
import { getItem } from './subscript';
import type { PyValue } from './value';

const FIELD = /^((?:\[[^\]]*\]|[^![:])*)(?:!([^:]?))?(?::([\s\S]*))?$/;

/** `template.format(*args, **kwargs)`. Throws PyError ValueError, IndexError, KeyError or AttributeError. */
export function formatText(template: string, args: CallArguments): string {
  return new Formatter(args).format(template, 2);
}

class Formatter {
  private automatic = 0;
  private numbering: 'none' | 'automatic' | 'manual' = 'none';
  constructor(private readonly args: CallArguments) {}

  format(template: string, depth: number): string {
    if (depth < 0) throw new PyError('ValueError', 'Max string recursion exceeded');
    let result = '';
    let at = 0;
    spend(template.length * 8);
    while (at < template.length) {
      const mark = template[at] ?? '';
      if ((mark === '{' || mark === '}') && template[at + 1] === mark) {
        result += mark;
        at += 2;
      } else if (mark === '}') {
        throw new PyError('ValueError', "Single '}' encountered in format string");
      } else if (mark === '{') {
        const end = fieldEnd(template, at);
        result += this.field(template.slice(at + 1, end), depth);
        fitText(result.length);
        at = end + 1;
      } else {
        result += mark;
        at++;
      }
    }
    return result;
  }

  private field(text: string, depth: number): string {
    const match = FIELD.exec(text);
    if (match === null) throw new PyError('ValueError', "expected ':' after conversion specifier");
    const [, name = '', conversion, spec = ''] = match;
    const value = this.converted(this.lookup(name), conversion);
    return formatValue(value, this.format(spec, depth - 1));
  }

  private converted(value: PyValue, conversion: string | undefined): PyValue {
    if (conversion === undefined) return value;
    if (conversion === 's') return str(value);
    if (conversion === 'r' || conversion === 'a') return repr(value);
    throw new PyError('ValueError', `Unknown conversion specifier ${conversion}`);
  }

  private lookup(name: string): PyValue {
    const first = /^[^.[]*/.exec(name)?.[0] ?? '';
    let value = this.argument(first);
    for (const [, attribute, key] of name.slice(first.length).matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      value = attribute !== undefined ? attributeOf(value, attribute) : getItem(value, /^\d+$/.test(key ?? '') ? BigInt(key ?? 0) : (key ?? ''));
    }
    return value;
  }

  private argument(name: string): PyValue {
    if (name !== '' && !/^\d+$/.test(name)) {
      const value = this.args.named.get(name);
      if (value === undefined) throw new PyError('KeyError', repr(name));
      return value;
    }
    const mode = name === '' ? 'automatic' : 'manual';
    if (this.numbering !== 'none' && this.numbering !== mode) throw new PyError('ValueError', 'cannot switch between manual field specification and automatic field numbering');
    this.numbering = mode;
    const value = this.args.positional[name === '' ? this.automatic++ : Number(name)];
    if (value === undefined) throw new PyError('IndexError', `Replacement index ${name === '' ? this.automatic - 1 : name} out of range for positional args tuple`);
    return value;
  }
}

function attributeOf(value: PyValue, name: string): PyValue {
  const own = value instanceof PyObject ? value.attribute(name) : undefined;
  if (own === undefined) throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
  return own;
}

/** Index of the brace that closes the field opened at `start`. */
function fieldEnd(template: string, start: number): number {
  let open = 0;
  for (let at = start; at < template.length; at++) {
    if (template[at] === '{') open++;
    if (template[at] === '}' && --open === 0) return at;
  }
  throw new PyError('ValueError', template.length === start + 1 ? "Single '{' encountered in format string" : "expected '}' before end of string");
}
