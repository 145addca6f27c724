/**
 * The largest sum of scores when each row gets at most one column and each column at most one row (Kuhn 1955, with potentials:
 * rows² · columns steps).
 */
export function bestAssignment(scores: readonly (readonly number[])[]): number {
  const columns = scores[0]?.length ?? 0;
  if (scores.length > columns) return bestAssignment(Array.from({ length: columns }, (_, column) => scores.map((row) => row[column] ?? 0)));
  const rowOf = new Int32Array(columns + 1);
  const [rowPotential, columnPotential] = [new Float64Array(scores.length + 1), new Float64Array(columns + 1)];
  for (let row = 1; row <= scores.length; row++) {
    rowOf[0] = row;
    const [least, cameFrom, seen] = [new Float64Array(columns + 1).fill(Infinity), new Int32Array(columns + 1), new Uint8Array(columns + 1)];
    let at = 0;
    while (rowOf[at] !== 0) {
      seen[at] = 1;
      const current = rowOf[at] ?? 0;
      let [step, next] = [Infinity, 0];
      for (let column = 1; column <= columns; column++) {
        if (seen[column] === 1) continue;
        const cost = -(scores[current - 1]?.[column - 1] ?? 0) - (rowPotential[current] ?? 0) - (columnPotential[column] ?? 0);
        if (cost < (least[column] ?? 0)) {
          least[column] = cost;
          cameFrom[column] = at;
        }
        if ((least[column] ?? 0) < step) [step, next] = [least[column] ?? 0, column];
      }
      for (let column = 0; column <= columns; column++) {
        if (seen[column] === 1) {
          rowPotential[rowOf[column] ?? 0] = (rowPotential[rowOf[column] ?? 0] ?? 0) + step;
          columnPotential[column] = (columnPotential[column] ?? 0) - step;
        } else least[column] = (least[column] ?? 0) - step;
      }
      at = next;
    }
    while (at !== 0) {
      const before = cameFrom[at] ?? 0;
      rowOf[at] = rowOf[before] ?? 0;
      at = before;
    }
  }
  let total = 0;
  for (let column = 1; column <= columns; column++) if (rowOf[column] !== 0) total += scores[(rowOf[column] ?? 0) - 1]?.[column - 1] ?? 0;
  return total;
}
