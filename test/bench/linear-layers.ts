import type { Checkpoint } from '../../src/checkpoint/checkpoint';
import type { Shape } from './gemm';

/** Matrices that every token goes through, and the one for scored tokens: the output table, or the embedding where they are one. */
export function linearLayers({ tensors }: Checkpoint): { body: Shape[]; head: Shape } {
  const body: Shape[] = [];
  let head: Shape | null = null;
  let embedding: Shape | null = null;
  for (const { name, shape } of tensors.values()) {
    const [outputs, inputs] = shape;
    if (shape.length !== 2 || outputs === undefined || inputs === undefined) continue;
    if (name.includes('lm_head')) head = { outputs, inputs };
    else if (name.includes('embed')) embedding ??= { outputs, inputs };
    else body.push({ outputs, inputs });
  }
  const output = head ?? embedding;
  if (output === null) throw new Error('a checkpoint without an output table');
  return { body, head: output };
}
