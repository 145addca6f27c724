/** Seconds of processor time, all threads of this process: on a machine that others use it says more than a clock. */
const cpuSeconds = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

/** Median processor time of each work, in seconds; they take turns, so that what else the machine does meets all of them. The first turn does not count. */
export async function cpuTimes<Name extends string>(works: Readonly<Record<Name, () => Promise<void>>>, rounds: number): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[];
  const taken = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const start = cpuSeconds();
      await works[name]();
      if (round > 0) taken.get(name)?.push(cpuSeconds() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(taken.get(name) ?? [])])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
