/** Sorts by time, unlike any other of this machine. */
export function newEvaluationId(now: Date): string {
  return `${now.toISOString().replaceAll(':', '-')}-${process.pid.toString(36)}${Math.floor(Math.random() * 36 ** 4).toString(36)}`;
}
