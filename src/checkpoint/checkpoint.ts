import type { SerializedError } from '../protocol/errors';

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

/** What tells whether a file is still the one that was opened. */
export type FileStamp = {
  /** In the checkpoint's folder. */
  readonly name: string;
  /** Real path. */
  readonly file: string;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
};

/** config.json as parsed JSON; `architecture/` reads it per model_type. */
export type ModelConfig = Readonly<Record<string, unknown>>;

export type Checkpoint = {
  /** Absolute folder as given. */
  readonly path: string;
  readonly modelType: string;
  readonly config: ModelConfig;
  /** Absolute: its own folder, or another that has its tokenizer. */
  readonly tokenizerFolder: string;
  /** By the names the model type gives them: a wrapper's prefix is taken off. */
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  /** Tensors of any other dtype (masks, counters, quantised blocks), name -> dtype: an error only where the model needs one. */
  readonly otherTensors: ReadonlyMap<string, string>;
  /** The weight files. */
  readonly files: readonly FileStamp[];
  /** Every file a number depends on: weights, config, tokenizer, chat template. */
  readonly stamps: readonly FileStamp[];
  /** Elements of all tensors. */
  readonly parameters: number;
  /** Most common dtype by bytes. */
  readonly dtype: TensorDtype;
  readonly bytes: number;
  /** Tokens, as lm-evaluation-harness finds it. */
  readonly maxLength: number;
  readonly step: number | null;
  /** Hex SHA-256 over every byte of these files; null: one of them was never read whole (`completeFingerprint` does). */
  readonly fingerprint: string | null;
  /** What a person should know before they trust its numbers. */
  readonly warnings: readonly SerializedError[];
};
