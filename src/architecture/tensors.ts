import type { Block, Branch, Description, HeadNorm, Linear, Mlp, Norm, Projections } from './description';

type Shapes = Map<string, readonly number[]>;

/** Every tensor a description names, with the shape it must have. */
export function tensorsOf(description: Description): ReadonlyMap<string, readonly number[]> {
  const shapes: Shapes = new Map();
  const { embedding, head } = description;
  shapes.set(embedding.tokens, [description.vocabularySize, embedding.width]);
  if (embedding.positions !== null) shapes.set(embedding.positions.table, [embedding.positions.rows, description.hiddenSize]);
  addLinear(shapes, embedding.projection);
  for (const block of description.blocks) addBlock(shapes, block);
  addNorm(shapes, description.finalNorm);
  addLinear(shapes, head.projection);
  addLinear(shapes, head.logits);
  return shapes;
}

function addBlock(shapes: Shapes, { attention, mlp }: Block): void {
  addBranchNorms(shapes, attention);
  addProjections(shapes, attention.layer.projections);
  addHeadNorm(shapes, attention.layer.queryNorm);
  addHeadNorm(shapes, attention.layer.keyNorm);
  addLinear(shapes, attention.layer.output);
  addBranchNorms(shapes, mlp);
  addMlp(shapes, mlp.layer);
}

function addBranchNorms(shapes: Shapes, branch: Branch<unknown>): void {
  addNorm(shapes, branch.before);
  addNorm(shapes, branch.after);
  addNorm(shapes, branch.sum);
}

function addProjections(shapes: Shapes, projections: Projections): void {
  switch (projections.kind) {
    case 'separate':
      addLinear(shapes, projections.query);
      addLinear(shapes, projections.key);
      addLinear(shapes, projections.value);
      break;
    case 'fused':
      addLinear(shapes, projections.linear);
      break;
  }
}

function addMlp(shapes: Shapes, mlp: Mlp): void {
  switch (mlp.kind) {
    case 'plain':
      addLinear(shapes, mlp.up);
      break;
    case 'gated':
      addLinear(shapes, mlp.gate);
      addLinear(shapes, mlp.up);
      break;
    case 'gated-fused':
      addLinear(shapes, mlp.gateUp);
      break;
  }
  addLinear(shapes, mlp.down);
}

function addHeadNorm(shapes: Shapes, headNorm: HeadNorm | null): void {
  if (headNorm !== null) addNorm(shapes, headNorm.norm);
}

function addNorm(shapes: Shapes, norm: Norm | null): void {
  if (norm === null) return;
  if (norm.weight !== null) shapes.set(norm.weight, [norm.size]);
  if (norm.kind === 'layer' && norm.bias !== null) shapes.set(norm.bias, [norm.size]);
}

function addLinear(shapes: Shapes, linear: Linear | null): void {
  if (linear === null) return;
  const { weight, bias, inputs, outputs } = linear;
  shapes.set(weight, linear.stored === 'outputs-first' ? [outputs, inputs] : [inputs, outputs]);
  if (bias !== null) shapes.set(bias, [outputs]);
}
