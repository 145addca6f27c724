import path from 'node:path';
import type { PyValue } from '../python/value';
import { isKept } from '../processes/environment';
import { AssayError } from '../protocol/errors';
import { joinPath } from './config-path';
import type { CheckpointEntry, ServedCheckpoint } from './definition';
import { type AddressFault, endpointAddress } from './endpoint-address';
import { ENDPOINT_KEYS } from './keys';
import { readMapping, type ProblemSink } from './schema';
import { numberOf, textOf } from './values';

export const ENDPOINT_DEFAULTS = { tokenizer: null, maxLength: null, concurrency: 8, timeout: 300, apiKeyEnv: null } as const satisfies Partial<ServedCheckpoint>;

/** Keys by which people try to write a key into the file. */
const KEYS_IN_FILE: ReadonlySet<string> = new Set(['api_key', 'apikey', 'key', 'token', 'auth_token', 'authorization', 'password', 'headers']);

const FAULTS: Readonly<Record<AddressFault, string>> = {
  'not-http': 'not an address of a server (http://… or https://…).',
  credentials: 'an address holds no name and no password. Put the key into an environment variable and name that in api_key_env.',
  query: 'an address holds nothing behind ? or #. Put a key into an environment variable and name that in api_key_env.',
};

/** Whether what the command line names is the address of a server, and no folder. */
export function isAddress(name: string): boolean {
  return /^https?:\/\//i.test(name);
}

/** A model behind an address of the command line. Throws `wrong-value`; the address is not repeated, for it may hold a key. */
export function servedCheckpoint(address: string, model: string): ServedCheckpoint {
  const endpoint = endpointAddress(address);
  if (typeof endpoint !== 'string') throw new AssayError('wrong-value', { key: '--checkpoint', detail: FAULTS[endpoint.fault] });
  return { ...ENDPOINT_DEFAULTS, endpoint, model };
}

/** Reads a `checkpoints:` entry with `endpoint:`; null where it names no server. */
export function readEndpoint(item: ReadonlyMap<PyValue, PyValue>, at: string, base: string, sink: ProblemSink): CheckpointEntry | null {
  const isKey = ([key]: [PyValue, PyValue]): boolean => typeof key === 'string' && KEYS_IN_FILE.has(key.toLowerCase().replaceAll('-', '_'));
  for (const [key] of [...item].filter(isKey)) sink.at(joinPath(at, String(key)), 'key-in-config', {}, 'key');
  const values = readMapping(new Map([...item].filter((entry) => !isKey(entry))), at, ENDPOINT_KEYS, sink);
  const [written, model] = [textOf(values, 'endpoint'), textOf(values, 'model')];
  if (model === null && (item.get('model') ?? null) === null) sink.at(at, 'missing-key', { what: 'An endpoint', key: 'model' });
  if (written === null || model === null) return null;
  const endpoint = endpointAddress(written);
  if (typeof endpoint !== 'string') {
    sink.at(joinPath(at, 'endpoint'), 'wrong-value', { key: 'endpoint', detail: FAULTS[endpoint.fault] });
    return null;
  }
  const tokenizer = textOf(values, 'tokenizer');
  return {
    kind: 'endpoint',
    endpoint,
    model,
    name: textOf(values, 'name'),
    tokenizer: tokenizer === null ? null : path.resolve(base, tokenizer),
    maxLength: numberOf(values, 'max_length'),
    concurrency: numberOf(values, 'concurrency') ?? ENDPOINT_DEFAULTS.concurrency,
    timeout: numberOf(values, 'timeout') ?? ENDPOINT_DEFAULTS.timeout,
    apiKeyEnv: variableOf(textOf(values, 'api_key_env'), joinPath(at, 'api_key_env'), sink),
    configPath: at,
  };
}

/** The name of a variable. What is written there instead may be the key itself, so it is not repeated. */
function variableOf(name: string | null, at: string, sink: ProblemSink): string | null {
  if (name === null) return null;
  const wrong = (detail: string): null => {
    sink.at(at, 'wrong-value', { key: 'api_key_env', detail });
    return null;
  };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return wrong('not the name of an environment variable (letters, digits and _). The key itself does not belong here.');
  if (isKept(name.toUpperCase())) return wrong('this variable is handed to every process that Assay starts, so it is no place for a key. Choose another name.');
  return name;
}
