/** How the evaluator opens a model. Tests put their own in. */
import { AssayError } from '../protocol/errors';
import type { DeviceProfile } from '../protocol/device';
import { openEndpointModel } from '../model/endpoint/open';
import type { LanguageModel } from '../model/language-model';
import { openLocalModel } from '../model/local/open';
import type { EndpointSource, ModelSource } from './model-source';

export type ModelOpener = (source: ModelSource, options: ModelOptions) => Promise<LanguageModel>;

/** `signal` gives up loading. */
export type ModelOptions = { readonly device: DeviceProfile; readonly signal?: AbortSignal };

/** The value of an environment variable of the person; undefined where it is not set. */
export type ReadVariable = (name: string) => Promise<string | undefined>;

/**
 * Opens checkpoints in model processes, run by the Node that runs this process, and connects to servers. A key is read here, when its server
 * is opened, and handed to the connection alone.
 */
export function modelOpener(readVariable: ReadVariable): ModelOpener {
  return async (source, { device, signal }) => {
    const given = signal === undefined ? {} : { signal };
    if (source.kind === 'checkpoint') return openLocalModel(source.checkpoint, { device, precision: source.precision, ...given });
    return openEndpointModel(source, { key: await keyOf(source, readVariable) }, signal);
  };
}

async function keyOf({ endpoint, apiKeyEnv }: EndpointSource, readVariable: ReadVariable): Promise<string | null> {
  if (apiKeyEnv === null) return null;
  const key = (await readVariable(apiKeyEnv))?.trim();
  if (key === undefined) throw new AssayError('endpoint-key-missing', { name: apiKeyEnv, endpoint });
  if (!/^[\x21-\x7e]+$/.test(key)) throw new AssayError('endpoint-bad-key', { name: apiKeyEnv });
  return key;
}
