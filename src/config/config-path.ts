/** A step into a config: a key of a mapping, or an index of a list. */
export type PathStep = string | number;

const PLAIN_KEY = /^[^.[\]"]+$/;

/** `tasks` + 1 -> `tasks[1]`, + `expect` -> `tasks[1].expect`; a key with `.`, `[`, `]` or `"` is written `["a.b"]`. */
export function joinPath(path: string, step: PathStep): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!PLAIN_KEY.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

/** The steps of a config path; null for text that is none. */
export function parsePath(path: string): PathStep[] | null {
  const step = /\.?([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  const steps: PathStep[] = [];
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return null;
    const [, key, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(JSON.parse(quoted) as string);
    else steps.push(key ?? '');
  }
  return steps;
}
