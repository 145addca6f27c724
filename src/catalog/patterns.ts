/** Python's fnmatch, case-sensitive: `*`, `?`, `[seq]`, `[!seq]`. */
export function namePattern(pattern: string): RegExp {
  const source = pattern.replace(/\[(!?)(\]?[^\]]*)\]|[\s\S]/g, (token: string, negated: string | undefined, set: string | undefined) => {
    if (set !== undefined && set !== '') return `[${negated === '!' ? '^' : ''}${set.replace(/[\\\]^]/g, '\\$&')}]`;
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return token.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A set that runs backwards ([z-a]) matches nothing.
    return /(?!)/;
  }
}

export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Digit runs by value: `checkpoint-92` before `checkpoint-272`. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [x, y] = [left[index] ?? '', right[index] ?? ''];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const [m, n] = [BigInt(x), BigInt(y)];
      if (m !== n) return m < n ? -1 : 1;
      continue;
    }
    return x < y ? -1 : 1;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}
