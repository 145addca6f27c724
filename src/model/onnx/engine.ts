import { env, InferenceSession, type Tensor } from 'onnxruntime-node';
import { AssayError } from '../../protocol/errors';

/** Versions that a number may depend on. */
export function engineVersions(): Readonly<Record<string, string>> {
  return { onnxruntime: env.versions.node ?? env.versions.common };
}

export type SessionMemory = {
  /** Every weight is copied in the order of its products, which takes a second for a hundred million of them. */
  readonly prepacked?: boolean;
  /** Memory of a run goes back to the system as its values are used up; otherwise it is kept for the next run, in pieces that double. */
  readonly givenBack?: boolean;
};

/** All values under `extra` must be strings. */
export async function createSession(model: Uint8Array, folder: string, threads: number, { prepacked = false, givenBack = false }: SessionMemory = {}): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      enableMemPattern: false,
      enableCpuMemArena: !givenBack,
      extra: {
        session: { model_external_initializers_file_folder_path: folder, disable_prepacking: prepacked ? '0' : '1', intra_op: { allow_spinning: '0' } },
      },
    });
  } catch (error) {
    throw engineError(error);
  }
}

/** `outputs`: their names, or the tensors they are written into (null: a new one). */
export async function run(session: InferenceSession, feeds: InferenceSession.FeedsType, outputs: readonly string[] | InferenceSession.FetchesType): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds, outputs);
  } catch (error) {
    throw engineError(error);
  }
}

function engineError(error: unknown): AssayError {
  return new AssayError('engine-failed', { detail: error instanceof Error ? error.message : String(error) }, {}, { cause: error });
}

export function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new AssayError('engine-failed', { detail: `expected float32, got ${tensor?.type ?? 'nothing'}` });
}

export function integers(tensor: Tensor | undefined): BigInt64Array {
  if (tensor?.data instanceof BigInt64Array) return tensor.data;
  throw new AssayError('engine-failed', { detail: `expected int64, got ${tensor?.type ?? 'nothing'}` });
}

/** What several runs gave, one after the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0)] = parts;
  if (parts.length < 2) return first;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}
