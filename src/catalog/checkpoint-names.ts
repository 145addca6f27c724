import path from 'node:path';

/** A checkpoint before it has its name. */
export type Nameless = { readonly name: string | null; readonly path: string };

/**
 * Names of checkpoints: the one given, else the folder's last segment, with parents in front as far as two would be
 * equal (`run1/checkpoint-500`).
 */
export function checkpointNames(checkpoints: readonly Nameless[]): string[] {
  const depth = checkpoints.map(() => 1);
  for (;;) {
    const names = checkpoints.map((checkpoint, index) => checkpoint.name ?? tail(checkpoint.path, depth[index] ?? 1));
    let grown = false;
    for (const [index, checkpoint] of checkpoints.entries()) {
      const clashes = names.some((name, other) => other !== index && name === names[index]);
      if (!clashes || checkpoint.name !== null || tail(checkpoint.path, (depth[index] ?? 1) + 1) === names[index]) continue;
      depth[index] = (depth[index] ?? 1) + 1;
      grown = true;
    }
    if (!grown) return names;
  }
}

function tail(folder: string, segments: number): string {
  const parts = folder.split(/[\\/]+/).filter((part) => part !== '');
  return parts.length === 0 ? path.parse(folder).root : parts.slice(-segments).join('/');
}
