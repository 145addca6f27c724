/**
 * What a decoder *is*: norms, positions, attention, MLPs, residuals, and the names and shapes of its tensors.
 * Nothing here knows ONNX: the scoring emitter reads these descriptions, and so can any other.
 */

/** y = x · Wᵀ + b. On disk the weight is [outputs, inputs], or [inputs, outputs] (GPT-2's Conv1D). */
export type Linear = {
  readonly weight: string;
  readonly bias: string | null;
  readonly inputs: number;
  readonly outputs: number;
  readonly stored: 'outputs-first' | 'inputs-first';
};

export type Norm =
  /** x / sqrt(mean(x²) + epsilon) · (weight + weightOffset). */
  | { readonly kind: 'rms'; readonly weight: string; readonly weightOffset: 0 | 1; readonly size: number; readonly epsilon: number }
  /** (x − mean) / sqrt(variance + epsilon) · weight + bias; null: ones, zeros. */
  | { readonly kind: 'layer'; readonly weight: string | null; readonly bias: string | null; readonly size: number; readonly epsilon: number };

export type Activation = 'gelu-erf' | 'gelu-tanh' | 'gelu-quick' | 'silu' | 'relu' | 'relu-squared';

/** Turns the first `size` dimensions of each head: the pair k by the angle position · frequencies[k], in float32. */
export type Rotary = {
  readonly kind: 'rotary';
  readonly size: number;
  readonly frequencies: readonly number[];
  /** `halves`: dimension k turns with k + size/2; `neighbours`: 2k with 2k + 1. */
  readonly pairs: 'halves' | 'neighbours';
  /** Cosine and sine are multiplied by this. */
  readonly amplitude: number;
};

/** How attention learns where a token stands; learned position tables belong to the embedding. */
export type AttentionPosition = { readonly kind: 'none' } | Rotary;

export type Projections =
  | { readonly kind: 'separate'; readonly query: Linear; readonly key: Linear; readonly value: Linear }
  /** `blocks`: all query rows, then key, then value; `per-head`: query, key and value of head 0, then of head 1, … */
  | { readonly kind: 'fused'; readonly linear: Linear; readonly order: 'blocks' | 'per-head' };

/** A norm on queries or keys before positions: of each head alone, or of the whole projection. */
export type HeadNorm = { readonly norm: Norm; readonly over: 'head' | 'projection' };

/** Causal self-attention. Query head h reads key head floor(h · keyHeads / heads). */
export type Attention = {
  readonly heads: number;
  readonly keyHeads: number;
  readonly headSize: number;
  readonly projections: Projections;
  readonly queryNorm: HeadNorm | null;
  readonly keyNorm: HeadNorm | null;
  readonly position: AttentionPosition;
  /** Scores are query · key · scale. */
  readonly scale: number;
  /** c · tanh(scores / c) before the mask. */
  readonly softcap: number | null;
  /** A token sees this many tokens, itself included; null: all before it. */
  readonly window: number | null;
  readonly output: Linear;
};

export type Mlp =
  /** down(activation(up(x))). */
  | { readonly kind: 'plain'; readonly activation: Activation; readonly up: Linear; readonly down: Linear }
  /** down(activation(gate(x)) · up(x)). */
  | { readonly kind: 'gated'; readonly activation: Activation; readonly gate: Linear; readonly up: Linear; readonly down: Linear }
  /** As gated; the gate's rows come first in one projection. */
  | { readonly kind: 'gated-fused'; readonly activation: Activation; readonly gateUp: Linear; readonly down: Linear };

/** One residual branch: x + after(layer(before(x))), and `sum` normalises that result (post-norm models). */
export type Branch<Layer> = {
  readonly before: Norm | null;
  readonly layer: Layer;
  readonly after: Norm | null;
  readonly sum: Norm | null;
};

export type Block = {
  readonly attention: Branch<Attention>;
  readonly mlp: Branch<Mlp>;
  /** `parallel`: both branches read the block's input; `sequential`: the MLP reads what attention left. */
  readonly residual: 'sequential' | 'parallel';
};

export type Embedding = {
  readonly tokens: string;
  readonly width: number;
  /** Token vectors are multiplied by this. */
  readonly scale: number | null;
  /** Table added at row position + offset. */
  readonly positions: { readonly table: string; readonly rows: number; readonly offset: number } | null;
  /** From the table's width to the hidden size. */
  readonly projection: Linear | null;
};

export type Head = {
  /** From the hidden size to the width of the output table. */
  readonly projection: Linear | null;
  readonly logits: Linear;
  /** c · tanh(logits / c). */
  readonly softcap: number | null;
};

export type Description = {
  readonly modelType: string;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly embedding: Embedding;
  readonly blocks: readonly Block[];
  readonly finalNorm: Norm | null;
  readonly head: Head;
};
