/** 1-based line and column (in UTF-16 units) of an offset; `\n`, `\r\n` and a lone `\r` end a line. */
export function lineColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const breaks = /\r\n|\n|\r/g;
  let line = 1;
  let start = 0;
  while (breaks.exec(before) !== null) {
    line += 1;
    start = breaks.lastIndex;
  }
  // Between `\r` and `\n` is still the old line's end.
  if (before.endsWith('\r') && text[before.length] === '\n') return lineColumn(text, before.length - 1);
  return { line, column: before.length - start + 1 };
}
