/**
 * Where a character of a scalar's value stands in the text, so that an error inside a template is shown at its place.
 * `start`, `end`: the scalar in the text, with quotes or block header. Null where lines are folded: no single place then.
 */
export function scalarOffset(text: string, start: number, end: number, index: number): number | null {
  const written = text.slice(start, end);
  if (written.startsWith('"')) return inDoubleQuotes(written, index, start);
  if (/^\|/.test(written)) return inBlock(text, start, written, index);
  if (written.startsWith('>') || /[\r\n]/.test(written)) return null;
  if (written.startsWith("'")) return inSingleQuotes(written, index, start);
  return start + index;
}

const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/y;

function inDoubleQuotes(written: string, index: number, start: number): number | null {
  if (/[\r\n]/.test(written)) return null;
  let at = 1;
  for (let passed = 0; passed < index && at < written.length; passed += 1) {
    ESCAPE.lastIndex = at;
    const escape = ESCAPE.exec(written)?.[0];
    // \U may stand for a character of two UTF-16 units.
    if (escape?.startsWith('\\U') === true && Number.parseInt(escape.slice(2), 16) > 0xffff) passed += 1;
    at += escape?.length ?? 1;
  }
  return start + at;
}

function inSingleQuotes(written: string, index: number, start: number): number {
  let at = 1;
  for (let passed = 0; passed < index; passed += 1) at += written.startsWith("''", at) ? 2 : 1;
  return start + at;
}

function inBlock(text: string, start: number, written: string, index: number): number | null {
  const lines = written.split('\n');
  const first = lines.slice(1).find((line) => line.trim() !== '');
  const declared = /^\|[-+]?(\d)/.exec(written)?.[1];
  const indent = first === undefined ? 0 : (/^ */.exec(first)?.[0].length ?? 0);
  if (declared !== undefined) return null;
  let left = index;
  let at = start + (lines[0]?.length ?? 0) + 1;
  for (const line of lines.slice(1)) {
    const length = Math.max(0, line.replace(/\r$/, '').length - indent);
    if (left <= length) return Math.min(at + indent + left, text.length);
    left -= length + 1;
    at += line.length + 1;
  }
  return null;
}
