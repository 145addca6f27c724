/** Digit runs by value: `checkpoint-92` before `checkpoint-272`. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [x, y] = [left[index] ?? '', right[index] ?? ''];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const order = numericOrder(x, y);
      if (order !== 0) return order;
      continue;
    }
    return x < y ? -1 : 1;
  }
  return left.length - right.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** Of two digit runs: without leading zeros the longer one is larger. */
function numericOrder(x: string, y: string): number {
  const [m, n] = [x.replace(/^0+/, ''), y.replace(/^0+/, '')];
  if (m.length !== n.length) return m.length - n.length;
  return m < n ? -1 : m > n ? 1 : 0;
}
