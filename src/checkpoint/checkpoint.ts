/** A checkpoint as it lies on disk: opened, checked, nothing loaded. */

export type TensorDtype = 'F32' | 'F16' | 'BF16';

/** Where a tensor's bytes are. `offset` counts from the start of the file, in bytes; row-major, little-endian. */
export type TensorPlace = {
  readonly name: string;
  /** Real path (symlinks resolved): ONNX Runtime maps it. */
  readonly file: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
};

/** What tells whether a weight file is still the one that was opened. */
export type FileIdentity = { readonly file: string; readonly dev: number; readonly ino: number; readonly size: number; readonly mtimeMs: number };

/** config.json as parsed JSON; `architecture/` reads it per model_type. */
export type ModelConfig = Readonly<Record<string, unknown>>;

export type Checkpoint = {
  /** Absolute folder as given. */
  readonly path: string;
  readonly modelType: string;
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  /** Tensors of any other dtype (masks, counters, quantised blocks), name -> dtype: an error only where the model needs one. */
  readonly otherTensors: ReadonlyMap<string, string>;
  readonly files: readonly FileIdentity[];
  /** Elements of all tensors. */
  readonly parameters: number;
  /** Most common dtype by bytes. */
  readonly dtype: TensorDtype;
  readonly bytes: number;
  /** Tokens, as lm-evaluation-harness finds it. */
  readonly maxLength: number;
  readonly step: number | null;
  /** Hex digest that changes when weights, config or tokenizer change, without reading all weights. */
  readonly fingerprint: string;
};
